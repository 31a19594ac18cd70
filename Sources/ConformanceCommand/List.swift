// `conformance list`: the rows of a directory.

import ArgumentParser
import Conformance

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the rows: id and title.")

  @OptionGroup var selection: Selection

  func run() throws {
    let rows = try selection.suite().rows.map { (id: printable($0.id), title: printable($0.title)) }
    let width = rows.map(\.id.count).max() ?? 0
    for row in rows {
      print(row.id + String(repeating: " ", count: width - row.id.count + 2) + row.title)
    }
  }
}
