// What all optimisers share: their parameters, the checks before a step, forgetting gradients.

/// Changes parameters by their gradients.
///
/// ```swift
/// let optimizer = try AdamW(model.parameters(), lr: 0.001)
/// for (x, target) in batches {
///   optimizer.zeroGrad()
///   try loss(model(x), target).backward()
///   try optimizer.step()
/// }
/// ```
///
/// A rule of your own is a subclass that overrides `update(_:gradient:)`; what it remembers of a parameter it keeps
/// under the parameter's index.
open class Optimizer {
  /// The tensors that steps change in place.
  public let parameters: [Tensor]

  /// An optimiser of the given parameters.
  ///
  /// - Throws: `TensorError` when there are none, one is given twice, isn't a leaf or isn't of a floating-point type.
  public init(_ parameters: [Tensor]) throws {
    let name = Self.name
    guard !parameters.isEmpty else {
      throw TensorError.invalidArgument(
        operation: name, argument: "parameters", value: "empty", expected: "at least one tensor")
    }
    var seen: Set<ObjectIdentifier> = []
    for (index, parameter) in parameters.enumerated() {
      guard seen.insert(ObjectIdentifier(parameter)).inserted else {
        throw TensorError.invalidArgument(
          operation: name, argument: "parameters", value: "number \(index) for the second time",
          expected: "each tensor once")
      }
      guard parameter.isLeaf else {
        throw TensorError.invalidArgument(
          operation: name, argument: "parameters", value: "the result of \(parameter.gradFn?.name ?? "")",
          expected: "leaves")
      }
      guard parameter.dtype.isFloatingPoint else {
        throw TensorError.unsupportedDType(
          operation: name, dtype: parameter.dtype, expected: "a floating-point type")
      }
    }
    self.parameters = parameters
  }

  /// Changes every parameter that has a gradient; the others, and what is remembered of them, stay as they are.
  ///
  /// - Throws: `TensorError` when a gradient isn't of its parameter's shape and type. Nothing is changed then.
  public final func step() throws {
    for parameter in parameters {
      guard let gradient = parameter.grad else { continue }
      guard gradient.sizes == parameter.sizes else {
        throw TensorError.shapeMismatch(
          operation: "\(Self.name).step", parameter.shape, gradient.shape,
          expected: "a gradient of the parameter's shape")
      }
      guard gradient.dtype == parameter.dtype else {
        throw TensorError.unsupportedDType(
          operation: "\(Self.name).step", dtype: gradient.dtype,
          expected: "a gradient of the parameter's \(parameter.dtype)")
      }
    }
    try noGrad {
      for (index, parameter) in parameters.enumerated() {
        guard let gradient = parameter.grad else { continue }
        try update(index, gradient: gradient)
      }
    }
  }

  /// Changes one parameter in place; for subclasses to override.
  ///
  /// It runs inside of `noGrad { }`, so that `parameters[index].assign(_:)` is allowed.
  ///
  /// - Parameters:
  ///   - index: The parameter's place in `parameters`.
  ///   - gradient: Its gradient, of its shape and type.
  open func update(_ index: Int, gradient: Tensor) throws {
    fatalError("\(Self.self) does not override update(_:gradient:)")
  }

  /// Forgets the gradients of all parameters.
  public final func zeroGrad() {
    for parameter in parameters { parameter.zeroGrad() }
  }
}

extension Optimizer {
  /// The name of the rule in errors.
  static var name: String { String(describing: Self.self) }

  /// Refuses a setting that isn't a number of at least 0.
  static func requireNonnegative(_ value: Double, _ argument: String) throws {
    guard value >= 0 else {
      throw TensorError.invalidArgument(
        operation: name, argument: argument, value: "\(value)", expected: "at least 0")
    }
  }

  /// Gives a kernel a parameter and its gradient in row-major order, and puts back what it made of the parameter.
  func withPacked(_ index: Int, _ gradient: Tensor, _ kernel: (Tensor, Tensor) -> Void) throws {
    let parameter = parameters[index]
    let values = try parameter.packed()
    let slope = gradient.storage == values.storage ? try gradient.detach().clone() : try gradient.packed()
    kernel(values, slope)
    if values !== parameter { parameter.copyElements(of: values) }
    parameter.storage.noteChange()
  }
}
