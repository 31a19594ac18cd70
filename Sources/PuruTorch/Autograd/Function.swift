// Differentiable operations that users write themselves.

/// An operation with a gradient of its own, to be used where the built-in operations don't suffice.
///
/// A function is a value that holds the operation's settings. `forward` computes the results without being
/// recorded and saves in the context what `backward` will need; `backward` turns the gradients of the results
/// into those of the inputs.
///
/// ```swift
/// /// max(low, x), whose gradient also flows where x is clipped.
/// struct SoftClip: Function {
///   let low: Float
///
///   func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> [Tensor] {
///     let isInside = try inputs[0].isGreater(than: Tensor(low)).to(inputs[0].dtype)
///     context.save(isInside)
///     return [try inputs[0] * isInside + low * (1 - isInside)]
///   }
///
///   func backward(_ gradients: [Tensor], _ context: FunctionContext) throws -> [Tensor?] {
///     let isInside = try context.savedTensors()[0]
///     return [try gradients[0] * (0.1 + 0.9 * isInside)]
///   }
/// }
///
/// let y = try SoftClip(low: 0).apply(x)
/// ```
public protocol Function {
  /// The name that `gradFn` and `printGraph` show; by default that of the type.
  var name: String { get }

  /// Computes the results from the inputs.
  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> [Tensor]

  /// Computes the gradient of each input from that of each result; nil for an input that has none.
  ///
  /// A result that nothing was computed from has a gradient of zeros.
  func backward(_ gradients: [Tensor], _ context: FunctionContext) throws -> [Tensor?]
}

extension Function {
  public var name: String { String(describing: type(of: self)) }

  /// Runs the function on its inputs and records it when one of them requires a gradient.
  ///
  /// - Returns: The results that `forward` gave.
  public func applyAll(_ inputs: [Tensor]) throws -> [Tensor] {
    let context = FunctionContext()
    let results = try noGrad { try forward(inputs, context) }
    guard Autograd.records(inputs) else { return results }
    let node = FunctionNode(self, context, inputs, results)
    return results.enumerated().map { index, result in
      let output = Tensor(aliasing: result)
      return result.dtype.isFloatingPoint ? output.attached(to: node, output: Int32(index)) : output
    }
  }

  /// Runs a function of one result.
  ///
  /// - Throws: `TensorError.wrongCount` when `forward` gave another number of results.
  public func apply(_ inputs: Tensor...) throws -> Tensor {
    let results = try applyAll(inputs)
    guard let result = results.first, results.count == 1 else {
      throw TensorError.wrongCount(operation: name, expected: 1, found: results.count)
    }
    return result
  }
}

/// What a `Function` remembers from `forward` to `backward`.
public final class FunctionContext {
  fileprivate var tensors: [Tensor] = []
  fileprivate weak var node: FunctionNode?
  /// Whether each input's gradient is wanted; `backward` may give nil for the others.
  public internal(set) var needsInputGradient: [Bool] = []

  /// Keeps tensors for `backward`: inputs, results or anything computed on the way.
  ///
  /// They are let go of when `backward` has run. A change in place in the meantime is noticed.
  public func save(_ tensors: Tensor...) { self.tensors += tensors }

  /// The saved tensors in the order in which they were saved.
  ///
  /// - Throws: `TensorError.graphFreed` or `modifiedInPlace`.
  public func savedTensors() throws -> [Tensor] {
    guard let node else { return tensors }
    return try (0..<node.savedCount).map { try node.saved($0) }
  }
}

private final class FunctionNode: Node {
  private let function: any Function
  private let context: FunctionContext
  private let results: [(sizes: Shape, dtype: DType)]
  private let inputs: [(sizes: Shape, dtype: DType)]
  let savedCount: Int

  init(_ function: some Function, _ context: FunctionContext, _ inputs: [Tensor], _ results: [Tensor]) {
    self.function = function
    self.context = context
    self.inputs = inputs.map { ($0.sizes, $0.dtype) }
    self.results = results.map { ($0.sizes, $0.dtype) }
    savedCount = context.tensors.count
    super.init(function.name, inputs: inputs)
    for tensor in context.tensors {
      if let output = results.firstIndex(where: { $0 === tensor }) {
        saveOutput(tensor, output: Int32(output))
      } else {
        save(tensor)
      }
    }
    context.tensors = []
    context.node = self
    context.needsInputGradient = inputs.map { $0.requiresGrad }
  }

  override func outputShape(_ output: Int) -> [Int] { [Int](results[output].sizes) }

  override func backward(_ arrivals: Arrivals) throws -> Gradients {
    let gradients = try results.indices.map { index in
      try arrivals[index]
        ?? Tensor.filled(results[index].sizes, .int(0), dtype: results[index].dtype)
    }
    let found = try function.backward(gradients, context)
    guard found.count == inputs.count else {
      throw TensorError.wrongCount(operation: "\(name).backward", expected: inputs.count, found: found.count)
    }
    for (gradient, input) in zip(found, inputs) {
      guard let gradient, gradient.sizes != input.sizes else { continue }
      throw TensorError.shapeMismatch(
        operation: "\(name).backward", gradient.shape, [Int](input.sizes),
        expected: "a gradient of its input's shape")
    }
    return Gradients(try zip(found, inputs).map { try $0?.to($1.dtype) })
  }
}
