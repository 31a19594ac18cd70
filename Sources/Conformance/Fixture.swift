// Fixtures: reading format version 1 from HDF5.

import Foundation
import HDF5

/// A file of samples that belong to one row of the table. Samples are read one at a time.
public struct Fixture: Sendable {
  /// The version of the format that is read.
  public static let formatVersion = 1

  /// Section and case, such as `functional/add`.
  public let id: String
  /// The row's text in the table.
  public let title: String
  /// JSON that says what made the numbers; nil when the file does not.
  public let provenance: String?
  /// The samples' names, in the order of their bytes.
  public let sampleNames: [String]
  private let samples: HDF5Group

  /// Opens a fixture from a file's content.
  ///
  /// - Parameters:
  ///   - image: The file's content.
  ///   - name: the file's name.
  /// - Throws: ``FixtureError`` when it is not HDF5 or not a fixture of this version with at least one sample.
  public init(image: Data, name: String) throws {
    self = try FixtureError.wrapping {
      try Fixture(file: HDF5File(image: image, name: name))
    }
  }

  /// Opens a fixture.
  ///
  /// - Throws: ``FixtureError`` as for a file's content, and when the file cannot be read.
  public init(reading path: String) throws {
    self = try FixtureError.wrapping {
      try Fixture(file: HDF5File(reading: path))
    }
  }

  private init(file: HDF5File) throws {
    let root = try file.root()
    let attributes = root.attributes
    let format = try attributes.required("format")
    guard format == "autograd-conformance" else {
      throw FixtureError("the format is \"\(format)\", expected \"autograd-conformance\"")
    }
    guard let version = try attributes.integer("format_version") else {
      throw FixtureError("/@format_version is missing")
    }
    guard version == Self.formatVersion else {
      throw FixtureError("the format's version is \(version), expected \(Self.formatVersion)")
    }
    id = try attributes.required("id")
    title = try attributes.required("title")
    provenance = try attributes.string("provenance")
    samples = try root.group("samples")
    sampleNames = try samples.names()
    guard !sampleNames.isEmpty else { throw FixtureError("it holds no samples") }
  }

  /// Reads a sample.
  ///
  /// - Throws: ``FixtureError`` when something of it is missing, of a wrong type, or cannot be compared with.
  public func sample(_ name: String) throws -> Sample {
    try FixtureError.wrapping {
      let reader = try SampleReader(samples.group(name), name)
      return try reader.sample()
    }
  }
}

/// Reads one sample's group.
private struct SampleReader {
  private let group: HDF5Group
  private let name: String
  private let datasets: [(path: String, dataset: HDF5Dataset)]
  private let precision: Precision

  init(_ group: HDF5Group, _ name: String) throws {
    self.group = group
    self.name = name
    datasets = try group.datasets()
    let dtype = try group.attributes.required("dtype")
    guard let precision = Precision(rawValue: dtype) else {
      throw FixtureError("\(group.path)@dtype is \"\(dtype)\", expected float32 or float64")
    }
    self.precision = precision
  }

  func sample() throws -> Sample {
    let operation = try group.attributes.required("operation")
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
      operation: operation, arguments: try arguments(), precision: precision, inputs: inputs,
      cotangents: cotangents, retained: gradients.keys.filter { !names.contains($0) }.sorted())
    let expectation = raises.map { Sample.Expectation.raises($0) }
    return Sample(
      name: name, computation: computation,
      expectation: expectation ?? .values(outputs: outputs, gradients: gradients))
  }

  private func arguments() throws -> [String: JSONValue] {
    let text = try group.attributes.required("arguments")
    do {
      if case .object(let members) = try JSONValue(parsing: text) { return members }
    } catch {
      throw FixtureError("\(group.path)@arguments: \(error)")
    }
    throw FixtureError("\(group.path)@arguments is no JSON object")
  }

  private func operands() throws -> [Operand] {
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

  private func references(_ part: String) throws -> [String: Reference] {
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

  private func values(_ part: String) throws -> [String: Value] {
    var values: [String: Value] = [:]
    for (name, dataset) in self.part(part) { values[name] = try dataset.value() }
    return values
  }

  /// The datasets of a subgroup of the sample, by their names in it.
  private func part(_ name: String) -> [(name: String, dataset: HDF5Dataset)] {
    let prefix = name + "/"
    return datasets.filter { $0.path.hasPrefix(prefix) }
      .map { (name: String($0.path.dropFirst(prefix.count)), dataset: $0.dataset) }
  }
}

extension HDF5Attributes {
  /// A string attribute that must be there.
  fileprivate func required(_ name: String) throws -> String {
    guard let value = try string(name) else { throw FixtureError("\(path)@\(name) is missing") }
    return value
  }
}

extension HDF5Dataset {
  /// The array; unsigned bytes stand for Booleans.
  fileprivate func value() throws -> Value {
    let array = try read()
    switch array.elements {
    case .float32(let elements): return Value(shape: array.shape, .float32(elements))
    case .float64(let elements): return Value(shape: array.shape, .float64(elements))
    case .int64(let elements): return Value(shape: array.shape, .int64(elements))
    case .strings(let elements): return Value(shape: array.shape, .string(elements))
    case .uint8(let elements):
      guard elements.allSatisfy({ $0 <= 1 }) else {
        throw FixtureError("\(path) holds bytes that are neither 0 nor 1")
      }
      return Value(shape: array.shape, .bool(elements.map { $0 == 1 }))
    }
  }
}
