// One computation of a fixture: what goes in and what must come out.

/// The precision that a sample is computed in.
public enum Precision: String, Sendable {
  /// Single precision, judged against a float64 truth.
  case float32
  /// Double precision, its own truth.
  case float64
}

/// An input of a computation.
public struct Operand: Equatable, Sendable {
  /// What an input is to the operation.
  public enum Role: String, Sendable {
    /// An argument.
    case input
    /// A learned weight.
    case parameter
    /// State that is not learned.
    case buffer
  }

  /// The operation's name for it; may contain `/` and `.`.
  public let name: String
  /// The value.
  public let value: Value
  /// Whether its gradient is wanted.
  public let requiresGradient: Bool
  /// What it is to the operation.
  public let role: Role

  /// An input of a computation.
  public init(name: String, value: Value, requiresGradient: Bool = false, role: Role = .input) {
    self.name = name
    self.value = value
    self.requiresGradient = requiresGradient
    self.role = role
  }
}

/// What an implementation is asked to compute: everything of a sample but the answers.
public struct Computation: Equatable, Sendable {
  /// The operation's name, from the format's vocabulary.
  public let operation: String
  /// The operation's arguments; an absent one has PyTorch's default.
  public let arguments: [String: JSONValue]
  /// The precision of the floating-point inputs.
  public let precision: Precision
  /// The inputs, sorted by name.
  public let inputs: [Operand]
  /// The upstream gradients by output. Empty: there is no backward pass.
  public let cotangents: [String: Value]
  /// The outputs whose own gradients are wanted, beside those of the inputs; sorted.
  public let retained: [String]
  /// The values between a model's layers that are wanted too, with their gradients, to find out where it departs.
  public let traced: [String]

  /// A computation.
  public init(
    operation: String, arguments: [String: JSONValue] = [:], precision: Precision = .float32,
    inputs: [Operand], cotangents: [String: Value] = [:], retained: [String] = [],
    traced: [String] = []
  ) {
    self.operation = operation
    self.arguments = arguments
    self.precision = precision
    self.inputs = inputs
    self.cotangents = cotangents
    self.retained = retained
    self.traced = traced
  }
}

/// One computation of a fixture with its answers.
public struct Sample: Equatable, Sendable {
  /// What is compared.
  public enum Expectation: Equatable, Sendable {
    /// Outputs and gradients by name.
    case values(outputs: [String: Reference], gradients: [String: Reference])
    /// PyTorch refuses the inputs with this exception, and so must the implementation.
    case raises(String)
  }

  /// The sample's name in its fixture.
  public let name: String
  /// What is computed.
  public let computation: Computation
  /// What is compared.
  public let expectation: Expectation

  /// One computation with its answers.
  public init(name: String, computation: Computation, expectation: Expectation) {
    self.name = name
    self.computation = computation
    self.expectation = expectation
  }
}
