// `conformance inspect`: what is in a fixture.

import ArgumentParser
import Conformance
import Foundation

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a fixture: its samples, their operands, and how exact answers must be.")

  @Argument(help: "The fixture.")
  var file: String

  func run() throws {
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
      throw Unusable(description: "Error: \(file): \(error)")
    }
  }

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
