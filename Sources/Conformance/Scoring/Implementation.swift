// What is scored: anything that answers computations with values.

/// The results of a computation.
public struct Evaluation: Equatable, Sendable {
  /// Outputs by name. Those that the fixture does not hold are ignored, those that are absent fail.
  public var outputs: [String: Value]
  /// Gradients by the name of the input, or of the retained output. Those that the fixture does not hold are
  /// ignored, those that are absent fail.
  public var gradients: [String: Value]
  /// The values that ``Computation/traced`` asks for, as far as the implementation can tell.
  public var trace: Trace

  /// The results of a computation.
  public init(outputs: [String: Value], gradients: [String: Value] = [:], trace: Trace = Trace()) {
    self.outputs = outputs
    self.gradients = gradients
    self.trace = trace
  }
}

/// Values between the layers of a model.
public struct Trace: Equatable, Sendable {
  /// The values by name.
  public var outputs: [String: Value]
  /// Their gradients by name.
  public var gradients: [String: Value]

  /// Values and their gradients.
  public init(outputs: [String: Value] = [:], gradients: [String: Value] = [:]) {
    self.outputs = outputs
    self.gradients = gradients
  }
}

/// An operation that an implementation does not have. Any other error means that it refused the inputs.
public struct UnsupportedOperation: Error, Equatable, Sendable, CustomStringConvertible {
  /// The operation's name.
  public let operation: String

  /// Says that there is no such operation.
  public init(_ operation: String) {
    self.operation = operation
  }

  /// A sentence for reports.
  public var description: String { "\(operation) is not implemented" }
}

/// An implementation under test.
public protocol Implementation: Sendable {
  /// What reports call it.
  var name: String { get }
  /// Its version; nil by default.
  var version: String? { get }

  /// Computes the outputs and, when there are cotangents, the gradients that they give in the inputs that want
  /// one.
  ///
  /// - Throws: ``UnsupportedOperation`` for an operation that it lacks, any other error for inputs that it refuses.
  func evaluate(_ computation: Computation) throws -> Evaluation
}

extension Implementation {
  public var version: String? { nil }
}
