// One sample's group of a fixture, or of a file of questions.

import HDF5

/// Reads one sample's group.
struct SampleReader {
  let group: HDF5Group
  private let name: String
  /// All datasets; those between a model's layers only where they are wanted.
  private let datasets: [(path: String, dataset: HDF5Dataset)]
  let precision: Precision

  init(_ group: HDF5Group, _ name: String, isTraced: Bool = false) throws {
    self.group = group
    self.name = name
    datasets = try group.datasets(except: isTraced ? [] : ["trace", "truth/trace"])
    let dtype = try group.attributes.required("dtype")
    guard let precision = Precision(rawValue: dtype) else {
      throw FixtureError("\(group.path)@dtype is \"\(dtype)\", expected float32 or float64")
    }
    self.precision = precision
  }

  func sample() throws -> Sample {
    let (operation, arguments) = (try operation(), try arguments())
    let raises = try group.attributes.string("raises")
    let outputs = try references("outputs")
    let gradients = try references("gradients")
    let cotangents = try values("cotangents")
    let inputs = try operands()
    for (name, cotangent) in cotangents where cotangent.shape != outputs[name]?.value.shape {
      throw FixtureError("\(group.path)/cotangents/\(name) does not fit an output")
    }
    guard gradients.isEmpty || !cotangents.isEmpty else {
      throw FixtureError("\(group.path) has gradients and no cotangents")
    }
    guard outputs.isEmpty == (raises != nil) else {
      let fault = raises == nil ? "has no outputs" : "has outputs, though PyTorch raises an exception"
      throw FixtureError("\(group.path) \(fault)")
    }
    let names = Set(inputs.map(\.name))
    let computation = Computation(
      operation: operation, arguments: arguments, precision: precision, inputs: inputs,
      cotangents: cotangents, retained: gradients.keys.filter { !names.contains($0) }.sorted())
    let expectation = raises.map { Sample.Expectation.raises($0) }
    return Sample(
      name: name, computation: computation,
      expectation: expectation ?? .values(outputs: outputs, gradients: gradients))
  }

  func operation() throws -> String { try group.attributes.required("operation") }

  func arguments() throws -> [String: JSONValue] {
    let text = try group.attributes.required("arguments")
    do {
      if case .object(let members) = try JSONValue(parsing: text) { return members }
    } catch {
      throw FixtureError("\(group.path)@arguments: \(error)")
    }
    throw FixtureError("\(group.path)@arguments is no JSON object")
  }

  func operands() throws -> [Operand] {
    try part("inputs").map { name, dataset in
      guard let requiresGradient = try dataset.attributes.integer("requires_grad") else {
        throw FixtureError("\(dataset.path)@requires_grad is missing")
      }
      let text = try dataset.attributes.required("role")
      guard let role = Operand.Role(rawValue: text), (0...1).contains(requiresGradient) else {
        throw FixtureError("\(dataset.path) has role \"\(text)\" and requires_grad \(requiresGradient)")
      }
      return Operand(
        name: name, value: try dataset.value(), requiresGradient: requiresGradient == 1, role: role)
    }
  }

  func references(_ part: String) throws -> [String: Reference] {
    let truths = try values("truth/\(part)")
    var references: [String: Reference] = [:]
    for (name, dataset) in self.part(part) {
      do {
        references[name] = try Reference(
          value: dataset.value(), truth: truths[name],
          cancels: dataset.attributes.integer("cancels") == 1, precision: precision)
      } catch let error as UnusableReference {
        throw FixtureError("\(dataset.path) \(error)")
      }
    }
    return references
  }

  func values(_ part: String) throws -> [String: Value] {
    var values: [String: Value] = [:]
    for (name, dataset) in self.part(part) { values[name] = try dataset.value() }
    return values
  }

  /// The datasets of `inputs`, `truth/outputs` and the like by their names there.
  private func part(_ part: String) -> [(name: String, dataset: HDF5Dataset)] {
    let prefix = part + "/"
    return datasets.filter { $0.path.hasPrefix(prefix) }.map {
      (String($0.path.dropFirst(prefix.count)), $0.dataset)
    }
  }
}

extension HDF5Attributes {
  /// A string attribute that must be there.
  func required(_ name: String) throws -> String {
    guard let value = try string(name) else { throw FixtureError("\(path)@\(name) is missing") }
    return value
  }
}
