// `conformance serve`: PuruTorch at the other end of the protocol.

import ArgumentParser
import Conformance
import PuruTorchAdapter

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer the harness's requests with PuruTorch: the implementation that is scored by default.")

  func run() throws {
    try Server(PuruTorchImplementation()).run()
  }
}

/// The child that opens files from outside.
struct Examine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open fixtures and judge answers for a harness in another process.", shouldDisplay: false)

  func run() throws {
    try Examiner().run()
  }
}
