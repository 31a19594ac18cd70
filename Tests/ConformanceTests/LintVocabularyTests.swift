// The linter on operations, operands, arguments and outputs, of samples and of a program's steps.

import HDF5
import Testing

/// Expects one finding about a negation with other attributes.
private func expect(_ fault: String, _ operation: String, _ arguments: String = "{}") throws {
  try expect(fault) { try $0.sample(operation: operation, arguments: arguments) { try $0.negation() } }
}

/// Expects one finding about a program of these steps; an empty text stands for none.
private func expect(_ fault: String, steps: String...) throws {
  let arguments = "{\"steps\": [\(steps.joined(separator: ", "))]}"
  func write(_ root: HDF5Group) throws {
    try root.sample(operation: "program", arguments: arguments) { try $0.negation() }
  }
  if fault.isEmpty { #expect(try lint(nil, write) == []) } else { try expect(fault, nil, write) }
}

/// A step, as JSON.
private func step(
  _ operation: String = "neg", _ inputs: String = #""input": "input""#, _ arguments: String = "",
  _ output: String = "output"
) -> String {
  #"{"operation": "\#(operation)", "inputs": {\#(inputs)}, "arguments": {\#(arguments)}, "output": "\#(output)"}"#
}

@Suite struct LintVocabularyTests {
  @Test func operations() throws {
    try expect("the operation double is unknown", "double")
    let found = try lint { try $0.sample(operation: "double") { try $0.doubling() } }
    #expect(found.count == 1 && found[0].contains("\"warning\""))
  }

  @Test func operands() throws {
    try expect("neg has no such operand") {
      try $0.negated { try $0.input("inptu", HDF5Array(.float32([1]))) }
    }
    try expect("an operand of add", "add")
    try expect("optim.sgd has no such operand") {
      try $0.sample(operation: "optim.sgd") {
        try $0.input("params/0", HDF5Array(.float32([1, 2, 3])))
        try $0.input("params/first", HDF5Array(.float32([1, 2, 3])))
        try $0.input("grads/0/0", HDF5Array(.float32([1, 2, 3])))
        try $0.quantity("outputs/params/0/0", [-1, -2, -3])
      }
    }
  }

  @Test(arguments: [
    ("neg", #"{"dmi": 1}"#, "neg has no such argument"),
    ("reshape", "{}", "an argument of reshape"), ("program", "{}", "an argument of program"),
    ("squeeze", #"{"dim": "x"}"#, "an integer or a list of integers"),
    ("transpose", #"{"dim0": 1.5, "dim1": 0}"#, "an integer"),
    ("var", #"{"correction": "one"}"#, "a number"), ("sum", #"{"keepdim": 1}"#, "true or false"),
    ("permute", #"{"dims": 0}"#, "a list of integers"),
    ("slice", #"{"index": [{"at": 1, "to": 2}]}"#, "a list of indices"),
    ("slice", #"{"index": ["all"]}"#, "a list of indices"),
    ("slice", #"{"index": [{"from": 0.5}]}"#, "a list of indices"),
    ("program", #"{"steps": ["neg"]}"#, "a list of steps"),
  ])
  func arguments(_ operation: String, _ arguments: String, _ fault: String) throws {
    let found = try lint {
      try $0.sample(operation: operation, arguments: arguments) { try $0.negation() }
    }
    #expect(found.contains { $0.contains(fault) && $0.contains("@arguments ") }, "\(found)")
  }

  @Test(arguments: [
    ("mse_loss", #"{"reduction": "median"}"#, false), ("mse_loss", #"{"reduction": "sum"}"#, true),
    ("conv1d", #"{"padding": "full"}"#, false), ("conv1d", #"{"padding": "same"}"#, true),
    ("conv1d", #"{"padding": [1]}"#, true), ("rnn_cell", #"{"nonlinearity": "sigmoid"}"#, false),
    ("rnn_cell", #"{"nonlinearity": "relu"}"#, true), ("optim.adam", #"{"betas": [0.5, "x"]}"#, false),
    ("optim.adam", #"{"betas": [0.5, 1]}"#, true), ("model.mlp", #"{"activation": 1, "dims": []}"#, false),
    ("decode.greedy", #"{"symbols": [1]}"#, false), ("decode.greedy", #"{"symbols": ["a"]}"#, true),
    ("slice", #"{"index": ["newaxis", {"at": 1}, {"from": null, "to": 2, "step": 1}]}"#, true),
    ("squeeze", #"{"dim": null}"#, true),
  ])
  func values(_ operation: String, _ arguments: String, _ isRight: Bool) throws {
    func isFaulted(_ raises: String?) throws -> Bool {
      try lint {
        try $0.sample(operation: operation, arguments: arguments, raises: raises) {
          if raises == nil { try $0.negation() }
        }
      }.contains { $0.contains("@arguments ") }
    }
    #expect(try isFaulted(nil) == !isRight)
    // What PyTorch refuses, it may refuse for that.
    #expect(try !isFaulted("RuntimeError"))
  }

  @Test func outputs() throws {
    try expect("neg has no such output") { try $0.negated { try $0.quantity("outputs/otuput", [5, 6, 7]) } }
    try expect("program has no such output") {
      try $0.sample(operation: "program", arguments: #"{"steps": [\#(step())]}"#) {
        try $0.negation()
        try $0.quantity("outputs/middle", [5, 6, 7])
      }
    }
  }

  @Test func steps() throws {
    try expect("", steps: step())
    try expect(
      "", steps: step("add", #""input": "input", "other": "input""#, "", "sum"),
      step("sum", #""input": "sum""#, #""dim": 0, "keepdim": true"#))
    try expect("steps[0]\"", steps: #"{"operation": "neg", "inputs": {"input": "input"}}"#, step())
    try expect("steps[1]\"", steps: step(), #"{"operation": "neg", "inputs": {}, "output": "x", "note": 1}"#)
    try expect("a program is no step", steps: step(), step("program"))
    try expect("steps[0].inputs.input", steps: step("neg", #""input": "later""#))
    try expect("steps[1].output", steps: step(), step())
    try expect("the operation double is unknown", steps: step("double"))
    try expect("steps[0].inputs.inptu", steps: step("neg", #""input": "input", "inptu": "input""#))
    try expect("steps[0].inputs.other", steps: step("add"))
    try expect("steps[0].arguments.dmi", steps: step("neg", #""input": "input""#, #""dmi": 1"#))
    try expect("steps[0].arguments.dim", steps: step("softmax"))
    try expect("steps[0].arguments.dim", steps: step("squeeze", #""input": "input""#, #""dim": "x""#))
  }

  @Test func stepsOfWhatIsRefused() throws {
    try expect("the operation double is unknown") {
      try $0.sample(
        operation: "program", arguments: #"{"steps": [\#(step("double"))]}"#, raises: "RuntimeError"
      ) { try $0.input("input", HDF5Array(.float32([1]))) }
    }
  }
}
