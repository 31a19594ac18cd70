// The base class of layers and models: forward, training mode, and the parameters found in stored properties.

/// A layer or a model: parameters, buffers and other modules in stored properties, and a `forward`.
///
/// ```swift
/// final class Autoencoder: Module {
///   let encoder: Linear
///   let decoder: Linear
///
///   init(size: Int, code: Int) throws {
///     encoder = try Linear(inFeatures: size, outFeatures: code)
///     decoder = try Linear(inFeatures: code, outFeatures: size)
///   }
///
///   override func forward(_ input: Tensor) throws -> Tensor { try decoder(encoder(input)) }
/// }
///
/// let model = try Autoencoder(size: 28, code: 4)
/// try model.stateDict().names
/// // ["encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias"]
/// ```
///
/// State is what stored properties hold: parameters, buffers and modules, also in optionals, arrays and
/// dictionaries with string keys. It is found by walking the properties, those of superclasses first, in the order
/// of their declaration, dictionaries by ascending key. Names are those of PyTorch's `state_dict`: the property
/// names in snake case, positions in arrays and keys of dictionaries, joined by dots, as in
/// `conv_layers.0.weight`. Lazy and computed properties are not state. A parameter or module in a container of
/// another kind is an error, it is never skipped.
open class Module {
  /// Whether the module trains: dropout drops and batch normalisation uses the batch's statistics.
  public internal(set) var isTraining = true

  var forwardHooks: [ForwardHook] = []

  /// A module in training mode.
  public init() {}

  /// Computes the module's result; to be overridden.
  ///
  /// - Throws: `ModuleError.noForward` unless overridden.
  open func forward(_ input: Tensor) throws -> Tensor {
    throw ModuleError.noForward(module: "\(type(of: self))")
  }

  /// Computes the module's result: `model(x)` is `model.forward(x)`.
  public func callAsFunction(_ input: Tensor) throws -> Tensor { try showing(forward(input)) }

  /// The name in the state for what the walk found at a path below this module; by default the path.
  ///
  /// A module whose parameters have names in an existing format that its properties can't have overrides this.
  open func stateName(_ path: String) -> String { path }
}

// MARK: - Mode

extension Module {
  /// Puts this module and all modules in it into training mode, or out of it.
  ///
  /// - Throws: `ModuleError` when the properties can't be walked.
  /// - Returns: The module itself.
  @discardableResult
  public func train(_ isTraining: Bool = true) throws -> Self {
    for (_, module) in try ModuleWalk(self).modules { module.isTraining = isTraining }
    return self
  }

  /// Puts this module and all modules in it into evaluation mode.
  ///
  /// - Throws: `ModuleError` when the properties can't be walked.
  /// - Returns: The module itself.
  @discardableResult
  public func eval() throws -> Self { try train(false) }
}

// MARK: - Contents

extension Module {
  /// The parameters of this module and all modules in it, each once.
  ///
  /// - Throws: `ModuleError` when the properties can't be walked.
  public func parameters() throws -> [Parameter] { try namedParameters().map { $0.parameter } }

  /// The parameters of this module and all modules in it with their names.
  ///
  /// A shared parameter appears once, under its first name.
  ///
  /// - Throws: `ModuleError` when the properties can't be walked.
  public func namedParameters() throws -> [(name: String, parameter: Parameter)] {
    var seen = Set<ObjectIdentifier>()
    return try state().compactMap { name, tensor in
      guard let parameter = tensor as? Parameter, seen.insert(ObjectIdentifier(parameter)).inserted else {
        return nil
      }
      return (name, parameter)
    }
  }

  /// The buffers of this module and all modules in it with their names, each once.
  ///
  /// - Throws: `ModuleError` when the properties can't be walked.
  public func namedBuffers() throws -> [(name: String, buffer: Buffer)] {
    var seen = Set<ObjectIdentifier>()
    return try state().compactMap { name, tensor in
      guard let buffer = tensor as? Buffer, seen.insert(ObjectIdentifier(buffer)).inserted else { return nil }
      return (name, buffer)
    }
  }

  /// This module, under the empty name, and all modules in it with their names, each once.
  ///
  /// - Throws: `ModuleError` when the properties can't be walked.
  public func namedModules() throws -> [(name: String, module: Module)] {
    var seen = Set<ObjectIdentifier>()
    return try ModuleWalk(self).modules.compactMap { place, module in
      seen.insert(ObjectIdentifier(module)).inserted ? (place.name, module) : nil
    }
  }

  /// Forgets the gradients of all parameters.
  ///
  /// - Throws: `ModuleError` when the properties can't be walked.
  public func zeroGrad() throws {
    for case (_, let parameter as Parameter) in try ModuleWalk(self).state { parameter.zeroGrad() }
  }
}

/// A module that can't be run or whose state can't be listed or loaded.
public enum ModuleError: Error, Equatable, Sendable {
  /// `forward` wasn't overridden.
  case noForward(module: String)
  /// A parameter, buffer or module in a property from which no name follows.
  case hiddenState(module: String, property: String, type: String)
  /// A module that is, directly or not, a property of itself.
  case containsItself(module: String, path: String)
  /// Two parameters or buffers of the same name.
  case repeatedName(module: String, name: String)
  /// A state whose names or shapes aren't the module's.
  case stateMismatch(module: String, StateMismatch)
}

/// How a state that was to be loaded differs from a module's own.
public struct StateMismatch: Equatable, Sendable {
  /// A tensor whose shape isn't that of the module's tensor of this name.
  public struct WrongShape: Equatable, Sendable {
    /// The name in both states.
    public let name: String
    /// The shape of the module's tensor.
    public let expected: [Int]
    /// The shape of the tensor that was to be loaded.
    public let found: [Int]
  }

  /// The module's names that aren't in the state.
  public internal(set) var missing: [String] = []
  /// The state's names that the module doesn't have.
  public internal(set) var unexpected: [String] = []
  /// What has another shape.
  public internal(set) var wrongShapes: [WrongShape] = []
}

extension ModuleError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noForward(let module): "\(module): no forward; override it, or call the module's own method"
    case .hiddenState(let module, let property, let type):
      "\(module): the property \(property) holds a parameter, buffer or module in a \(type), expected them in a "
        + "property itself, an optional, an array or a dictionary with string keys"
    case .containsItself(let module, let path): "\(module): contains itself as \(path)"
    case .repeatedName(let module, let name): "\(module): two parameters or buffers are named \(name)"
    case .stateMismatch(let module, let mismatch):
      "\(module).loadStateDict: "
        + (mismatch.missing.map { "\($0) is missing" } + mismatch.unexpected.map { "\($0) is unexpected" }
        + mismatch.wrongShapes.map { wrong in
          "\(wrong.name) has shape \(Tensor.shapeText(wrong.found)), "
            + "expected \(Tensor.shapeText(wrong.expected))"
        }).joined(separator: "; ")
    }
  }
}
