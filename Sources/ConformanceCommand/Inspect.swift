// `conformance inspect`: what is in a fixture.

import ArgumentParser
import Conformance
import Foundation

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a fixture: its samples, their operands, and how exact answers must be.")

  @Argument(help: "The fixture.")
  var file: String

  @Flag(help: .hidden)
  var here = false

  func run() throws {
    guard here else { return try inspectInChild() }
    exitWithParent()
    do {
      let fixture = try Fixture(reading: file)
      print("id: \(printable(fixture.id))")
      print("title: \(printable(fixture.title))")
      print("provenance: \(printable(fixture.provenance ?? "not given"))")
      for name in fixture.sampleNames {
        print("")
        show(name, of: fixture)
      }
    } catch {
      print("\(Self.fault)\(error)")
    }
  }

  /// Reads the file in a child process, which it may crash.
  private func inspectInChild() throws {
    ActiveChildren.removeOnSignals()
    var reason: String?
    do {
      try IsolatedReader(.own(["inspect", "--here", "--", file])).run { line in
        if line.hasPrefix(Self.fault) { reason = String(line.dropFirst()) } else { print(line) }
      }
    } catch {
      reason = "\(error)"
    }
    if let reason { throw Unusable(description: "Error: \(file): \(reason)") }
  }

  /// What begins the child's line about a file that can't be used; nothing that is shown holds it.
  private static let fault = "\u{1}"

  private func show(_ name: String, of fixture: Fixture) {
    do {
      let sample = try fixture.sample(name)
      let computation = sample.computation
      let arguments = JSONValue.object(computation.arguments).text
      show("\(name): \(computation.operation) \(arguments) \(computation.precision.rawValue)")
      for input in computation.inputs {
        let gradient = input.requiresGradient ? ", requires_grad" : ""
        show("  inputs/\(input.name): \(type(of: input.value)), \(input.role.rawValue)\(gradient)")
      }
      for (output, value) in computation.cotangents.sorted(by: { $0.key < $1.key }) {
        show("  cotangents/\(output): \(type(of: value))")
      }
      switch sample.expectation {
      case .raises(let exception):
        show("  raises \(exception)")
      case .values(let outputs, let gradients):
        show(outputs, "outputs")
        show(gradients, "gradients")
      }
    } catch {
      show("\(name): unreadable, \(error)")
    }
  }

  private func show(_ references: [String: Reference], _ part: String) {
    for (name, reference) in references.sorted(by: { $0.key < $1.key }) {
      let limit = reference.limit.map { "limit \($0)" } ?? "equal"
      let cancels = reference.cancels ? ", cancels" : ""
      show("  \(part)/\(name): \(type(of: reference.value)), \(limit)\(cancels)")
    }
  }

  private func show(_ line: String) {
    print(printable(line))
  }

  private func type(of value: Value) -> String {
    "\(value.dtype) \(value.shape)"
  }
}
