// What a sample covers: its arguments and the edge classes that it belongs to.

/// What one sample adds to the coverage of its operation.
public struct SampleCoverage: Equatable, Sendable {
  /// The operation.
  public let operation: String
  /// The arguments, as JSON text by name; of a program the operations of its steps.
  public let arguments: [String: String]
  /// The edge classes, among them the dtype.
  public let classes: Set<String>
  /// The wrong answers that would pass the whole sample.
  public let passing: Set<String>

  init(_ sample: Sample, passing: Set<String>) {
    let computation = sample.computation
    operation = computation.operation
    self.passing = passing
    let steps = ProgramStep.steps(of: computation.arguments)
    arguments =
      operation == "program"
      ? ["steps": steps.map(\.operation).joined(separator: ", ")] : computation.arguments.mapValues(\.text)
    var classes: Set = [computation.precision.rawValue]
    let inputs = computation.inputs.filter { $0.role == .input }
    let shapes = Dictionary(computation.inputs.map { ($0.name, $0.value.shape) }) { $1 }
    classes.formUnion(ShapeClasses.classes(of: operation, shapes))
    for step in steps {
      classes.formUnion(ShapeClasses.classes(of: step.operation, step.inputs.compactMapValues { shapes[$0] }))
    }
    let used = steps.flatMap(\.inputs.values)
    if Set(used).count < used.count { classes.insert("used twice") }
    if case .raises = sample.expectation { classes.insert("raises") }
    if computation.cotangents.isEmpty { classes.insert("no backward") }
    for input in inputs { classes.formUnion(Self.classes(of: input.value)) }
    if case .values(let outputs, let gradients) = sample.expectation {
      for reference in Array(outputs.values) + Array(gradients.values) where reference.cancels {
        classes.insert("cancels")
      }
    }
    self.classes = classes
  }

  private static func classes(of value: Value) -> Set<String> {
    var classes: Set<String> = []
    if value.shape.isEmpty { classes.insert("scalar") }
    if value.shape.contains(1) { classes.insert("size 1") }
    if value.shape.contains(0) { classes.insert("size 0") }
    if value.dtype == "int64" || value.dtype == "bool" { classes.insert(value.dtype) }
    guard let numbers = value.numbers, value.dtype.hasPrefix("float") else { return classes }
    if numbers.contains(where: \.isNaN) { classes.insert("NaN") }
    if numbers.contains(where: \.isInfinite) { classes.insert("inf") }
    if numbers.contains(0) { classes.insert("zeros") }
    if numbers.contains(where: { $0.isFinite && abs($0) >= 50 }) { classes.insert("large") }
    if Set(numbers).count < numbers.count { classes.insert("ties") }
    return classes
  }

  var json: JSONValue {
    .object([
      "operation": .string(operation), "arguments": .object(arguments.mapValues { .string($0) }),
      "classes": .array(classes.sorted().map { .string($0) }),
      "passing": .array(passing.sorted().map { .string($0) }),
    ])
  }

  init?(json: JSONValue) {
    let members = json.objectValue ?? [:]
    guard let operation = members["operation"]?.stringValue, let classes = members["classes"]?.arrayValue,
      let passing = members["passing"]?.arrayValue
    else { return nil }
    self.operation = operation
    arguments = (members["arguments"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
    self.classes = Set(classes.compactMap(\.stringValue))
    self.passing = Set(passing.compactMap(\.stringValue))
  }
}
