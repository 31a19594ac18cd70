// The README's programs are those that are compiled and run here.

import Foundation
import PuruTorch
import Testing

@Suite struct ReadmeTests {
  @Test func theFirstProgramRuns() throws { try firstProgram() }

  @Test func theResBlockProgramRuns() throws {
    let loss = try resBlockProgram()
    #expect(try loss.item().isFinite)
    let operations = loss.bfs().compactMap(\.operation)
    #expect(operations.first == "CrossEntropy")
    #expect(operations.count { $0 == "Conv2D" } == 3)
  }

  @Test(arguments: ["FirstProgram.swift", "ResBlockProgram.swift"])
  func theReadmeShowsWhatRuns(file: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let program = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    let readme = try String(
      contentsOf: folder.appending(path: "../../README.md").standardizedFileURL, encoding: .utf8)
    let blocks = readme.components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
    #expect(blocks.contains(shown(program)), "no Swift block of README.md is the marked part of \(file)")
  }

  /// The lines between the marks, without the indentation of the function that they stand in.
  private func shown(_ program: String) -> String {
    var lines: [String] = []
    var indentation: Int?
    for line in program.components(separatedBy: "\n") {
      let text = line.drop { $0 == " " }
      if text == "// README: begin" {
        indentation = line.count - text.count
      } else if text == "// README: end" {
        indentation = nil
      } else if let indentation {
        lines.append(String(line.dropFirst(indentation)))
      }
    }
    return lines.joined(separator: "\n").trimmingCharacters(in: .newlines)
  }
}
