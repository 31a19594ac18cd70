// Operations, operands, arguments and outputs against the vocabulary, of samples and of a program's steps.

extension FixtureLint {
  mutating func checkVocabulary(_ sample: Sample) {
    let computation = sample.computation
    let operation = computation.operation
    let operands = Set(computation.inputs.map(\.name))
    check(operation, operands, computation.arguments, sample, operands: "inputs/", arguments: "@arguments ")
    let made = operation == "program" ? checkSteps(sample, operands) : nil
    guard let entry = Vocabulary.operations[operation],
      case .values(let outputs, _) = sample.expectation
    else { return }
    for name in outputs.keys.sorted()
    where !(made?.contains(name) ?? entry.outputs.contains(OperationEntry.pattern(of: name))) {
      report(sample.name, "outputs/\(name)", "\(operation) has no such output", "another name")
    }
  }

  /// One use of an operation. `operands` and `arguments` are what findings put before the names of theirs.
  private mutating func check(
    _ operation: String, _ given: Set<String>, _ values: [String: JSONValue], _ sample: Sample,
    operands: String, arguments: String
  ) {
    guard let entry = Vocabulary.operations[operation] else {
      let place = operation == sample.computation.operation ? nil : arguments
      report(sample.name, place, "the operation \(operation) is unknown", "one of the README's", .warning)
      return
    }
    for name in given.sorted() where !entry.knows(name) {
      report(sample.name, operands + name, "\(operation) has no such operand", "another name")
    }
    for name in entry.required.subtracting(given).sorted() {
      report(sample.name, operands + name, "it is missing", "an operand of \(operation)")
    }
    for name in entry.needed.subtracting(values.keys).sorted() {
      report(sample.name, arguments + name, "it is missing", "an argument of \(operation)")
    }
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let kind = entry.arguments[name] else {
        report(sample.name, arguments + name, "\(operation) has no such argument", "another name")
        continue
      }
      // What must be refused may be refused for it.
      if !sample.isRefused, value != .null, !kind.takes(value) {
        report(sample.name, arguments + name, "it is \(value.text)", kind.rawValue)
      }
    }
  }

  /// The steps of a program, each as a sample of its operation would be.
  ///
  /// - Returns: The names of the values that the steps make.
  private mutating func checkSteps(_ sample: Sample, _ inputs: Set<String>) -> Set<String> {
    var values = inputs
    for (number, step) in (sample.computation.arguments["steps"]?.arrayValue ?? []).enumerated() {
      let place = "@arguments steps[\(number)]"
      guard let step = ProgramStep(step) else {
        report(
          sample.name, place, "it is \(step.text)",
          "operation, inputs and output, and arguments if there are any")
        continue
      }
      if step.operation == "program" {
        report(sample.name, place, "a program is no step", "another operation")
        continue
      }
      check(
        step.operation, Set(step.inputs.keys), step.arguments, sample, operands: "\(place).inputs.",
        arguments: "\(place).arguments.")
      for (operand, value) in step.inputs.sorted(by: { $0.key < $1.key }) where !values.contains(value) {
        report(
          sample.name, "\(place).inputs.\(operand)", "there is no value \(JSONValue.quoted(value))",
          "an input, or the output of an earlier step")
      }
      if !values.insert(step.output).inserted {
        report(
          sample.name, "\(place).output", "there is a value \(JSONValue.quoted(step.output)) already",
          "a name of its own")
      }
    }
    return values.subtracting(inputs)
  }
}

extension Sample {
  fileprivate var isRefused: Bool { if case .raises = expectation { true } else { false } }
}

/// One step of a program.
struct ProgramStep {
  let operation: String
  /// The values' names by operand.
  let inputs: [String: String]
  let arguments: [String: JSONValue]
  let output: String

  /// Reads a step; nil for what is none.
  init?(_ json: JSONValue) {
    guard let members = json.objectValue, let operation = members["operation"]?.stringValue,
      let inputs = members["inputs"]?.objectValue?.compactMapValues(\.stringValue),
      inputs.count == members["inputs"]?.objectValue?.count, let output = members["output"]?.stringValue,
      let arguments = (members["arguments"] ?? .object([:])).objectValue,
      Set(members.keys).isSubset(of: ["operation", "inputs", "arguments", "output"])
    else { return nil }
    (self.operation, self.inputs, self.arguments, self.output) = (operation, inputs, arguments, output)
  }

  /// The steps of a program's arguments, but for what is none.
  static func steps(of arguments: [String: JSONValue]) -> [ProgramStep] {
    (arguments["steps"]?.arrayValue ?? []).compactMap { ProgramStep($0) }
  }
}
