// The linter on the values between a model's layers.

import HDF5
import Testing

/// A model of one layer, whose samples keep the values of `order`; `body` writes them.
private func model(
  _ root: HDF5Group, order: String = #"["layers.0"]"#, raises: String? = nil, hasCotangent: Bool = true,
  _ body: (HDF5Group) throws -> Void
) throws {
  try root.sample(operation: "model.mlp", arguments: "{\"dims\": [3, 3]}", raises: raises) {
    if raises != nil {
      try $0.input("input", HDF5Array(.float32([1, 2, 3])))
    } else if hasCotangent {
      try $0.negation()
    } else {
      try $0.input("input", HDF5Array(.float32([1, 2, 3])))
      try $0.quantity("outputs/output", [-1, -2, -3])
    }
    try body($0)
    let trace = $0.contains("trace") ? try $0.group("trace") : try $0.createGroup("trace")
    try trace.attributes.set("order", order)
  }
}

/// Writes a value and its gradient.
private func keep(_ sample: HDF5Group, _ name: String = "layers.0") throws {
  try sample.quantity("trace/outputs/\(name)", [1, 5, 7])
  try sample.quantity("trace/gradients/\(name)", [2, 1, -1])
}

@Suite struct LintTraceTests {
  @Test func nothingIsWrong() throws {
    #expect(try lint { try model($0) { try keep($0) } } == [])
    #expect(
      try lint {
        try model($0, hasCotangent: false) { try $0.quantity("trace/outputs/layers.0", [1, 5, 7]) }
      } == [])
  }

  @Test func names() throws {
    try expect("it names nothing, or something twice") {
      try model($0, order: #"["layers.0", "layers.0"]"#) { try keep($0) }
    }
    try expect("model.mlp has no inner between its layers") {
      try model($0, order: #"["layers.0", "inner"]"#) {
        try keep($0)
        try keep($0, "inner")
      }
    }
    for part in ["outputs", "gradients"] {
      try expect("\"trace/\(part)/layers.1\"") {
        try model($0) {
          try keep($0)
          try $0.quantity("trace/\(part)/layers.1", [1, 2, 3])
        }
      }
    }
    try expect("is no list of names") { try model($0, order: "{}") { try keep($0) } }
    try expect("trace/more") {
      try model($0) {
        try keep($0)
        try $0.write(HDF5Array(.int64([1])), to: "trace/more/x")
      }
    }
    try expect("trace@note") {
      try model($0) {
        try keep($0)
        try $0.group("trace").attributes.set("note", 1)
      }
    }
  }

  @Test func whatIsMissing() throws {
    try expect("\"trace/outputs/layers.0\"") {
      try model($0) { try $0.quantity("trace/gradients/layers.0", [2, 1, -1]) }
    }
    try expect("\"trace/gradients/layers.0\"") {
      try model($0) { try $0.quantity("trace/outputs/layers.0", [1, 5, 7]) }
    }
    try expect("has no truth") {
      try model($0) {
        try $0.write(HDF5Array(.float32([1, 5, 7])), to: "trace/outputs/layers.0")
        try $0.quantity("trace/gradients/layers.0", [2, 1, -1])
      }
    }
  }

  @Test func typesAndShapes() throws {
    try expect("it is float64") {
      try model($0) {
        try $0.write(HDF5Array(.float64([1, 5, 7])), to: "trace/outputs/layers.0")
        try $0.quantity("trace/gradients/layers.0", [2, 1, -1])
      }
    }
    try expect("the shape is [2]") {
      try model($0) {
        try $0.quantity("trace/outputs/layers.0", [1, 5, 7])
        try $0.quantity("trace/gradients/layers.0", [2, 1])
      }
    }
    try expect("truths of float32 values only") {
      try model($0) {
        try keep($0)
        try $0.write(HDF5Array(.float64([1])), to: "truth/trace/outputs/layers.1")
      }
    }
  }

  @Test func whereThereIsNoBackwardPass() throws {
    try expect("they are there without cotangents") { try model($0, hasCotangent: false) { try keep($0) } }
    let found = try lint { try model($0, raises: "RuntimeError") { try keep($0) } }
    #expect(found.contains { $0.contains("inputs alone") })
  }

  @Test func operationsWithoutLayers() throws {
    try expect("neg has no layers.0 between its layers") {
      try $0.negated {
        try keep($0)
        try $0.group("trace").attributes.set("order", #"["layers.0"]"#)
      }
    }
  }
}
