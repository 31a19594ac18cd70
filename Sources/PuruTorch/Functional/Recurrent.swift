// One step of a plain recurrent network and of a gated recurrent unit.

import CKernels

/// The function that a plain recurrent cell applies to the sum of its projections.
public enum RNNNonlinearity: Sendable {
  /// The hyperbolic tangent.
  case tanh
  /// The positive part.
  case relu
}

extension Functional {
  /// One step of a plain recurrent network, `f(weightIH · x + biasIH + weightHH · h + biasHH)`, as `torch.nn.RNNCell`.
  ///
  /// - Parameters:
  ///   - input: (N, inputSize) or (inputSize).
  ///   - hx: The hidden state, (N, hiddenSize) or (hiddenSize); nil for zeros.
  ///   - weightIH: (hiddenSize, inputSize).
  ///   - weightHH: (hiddenSize, hiddenSize).
  ///   - biasIH: (hiddenSize), or nil for none; so is `biasHH`.
  ///   - biasHH: The bias of the hidden projection, or nil.
  ///   - nonlinearity: The function of the sum of both projections; `tanh` by default.
  /// - Returns: The next hidden state, of the hidden state's shape.
  /// - Throws: `TensorError` when shapes or types don't fit together.
  public static func rnnCell(
    _ input: Tensor, _ hx: Tensor? = nil, weightIH: Tensor, weightHH: Tensor, biasIH: Tensor? = nil,
    biasHH: Tensor? = nil, nonlinearity: RNNNonlinearity = .tanh
  ) throws -> Tensor {
    let hx = try checkedState("rnnCell", input, hx, weightIH, weightHH, gates: 1)
    let fromInput = try linear(input, weight: weightIH, bias: biasIH)
    return try rnnStep(fromInput, hx, weightHH: weightHH, biasHH: biasHH, nonlinearity)
  }

  /// The rest of `rnnCell` after the input's projection, for states of the shape that goes with it.
  static func rnnStep(
    _ fromInput: Tensor, _ hx: Tensor, weightHH: Tensor, biasHH: Tensor?, _ nonlinearity: RNNNonlinearity
  ) throws -> Tensor {
    let fromState = try linear(hx, weight: weightHH, bias: biasHH)
    let inputPart = try fromInput.packed()
    let output = try Tensor(uninitialized: hx.sizes, dtype: hx.dtype, operation: "rnnCell")
    let kernel = nonlinearity == .tanh ? PT_RNN_TANH : PT_RNN_RELU
    let count = Int64(output.count)
    if output.dtype == .float32 {
      pt_rnn_gates_f32(kernel, count, inputPart.pointer(), fromState.pointer(), output.pointer())
    } else {
      pt_rnn_gates_f64(kernel, count, inputPart.pointer(), fromState.pointer(), output.pointer())
    }
    guard Autograd.records(fromInput, fromState) else { return output }
    return output.attached(to: RNNGatesNode(fromInput, fromState, output, nonlinearity))
  }

  /// One step of a gated recurrent unit, as `torch.nn.GRUCell`.
  ///
  /// `r = σ(gi_r + gh_r)`, `z = σ(gi_z + gh_z)`, `n = tanh(gi_n + r · gh_n)`, `h' = n + z · (h − n)`, where gi is
  /// `weightIH · x + biasIH` and gh is `weightHH · h + biasHH`, each the parts r, z and n in this order.
  ///
  /// - Parameters:
  ///   - input: (N, inputSize) or (inputSize).
  ///   - hx: The hidden state, (N, hiddenSize) or (hiddenSize); nil for zeros.
  ///   - weightIH: (3 · hiddenSize, inputSize).
  ///   - weightHH: (3 · hiddenSize, hiddenSize).
  ///   - biasIH: (3 · hiddenSize), or nil for none; so is `biasHH`.
  ///   - biasHH: The bias of the hidden projection, or nil.
  /// - Returns: The next hidden state, of the hidden state's shape.
  /// - Throws: `TensorError` when shapes or types don't fit together.
  public static func gruCell(
    _ input: Tensor, _ hx: Tensor? = nil, weightIH: Tensor, weightHH: Tensor, biasIH: Tensor? = nil,
    biasHH: Tensor? = nil
  ) throws -> Tensor {
    let hx = try checkedState("gruCell", input, hx, weightIH, weightHH, gates: 3)
    let fromInput = try linear(input, weight: weightIH, bias: biasIH)
    return try gruStep(fromInput, hx, weightHH: weightHH, biasHH: biasHH)
  }

  /// The rest of `gruCell` after the input's projection, for states of the shape that goes with it.
  static func gruStep(_ fromInput: Tensor, _ hx: Tensor, weightHH: Tensor, biasHH: Tensor?) throws -> Tensor {
    let fromState = try linear(hx, weight: weightHH, bias: biasHH)
    let (inputPart, state) = (try fromInput.packed(), try hx.packed())
    let output = try Tensor(uninitialized: hx.sizes, dtype: hx.dtype, operation: "gruCell")
    let isRecorded = Autograd.records(fromInput, fromState, hx)
    let gates =
      isRecorded ? try Tensor(uninitialized: fromState.sizes, dtype: hx.dtype, operation: "gruCell") : nil
    let hidden = Int64(weightHH.sizes[1])
    let batch = Int64(hx.ndim == 2 ? hx.sizes[0] : 1)
    if output.dtype == .float32 {
      pt_gru_gates_f32(
        batch, hidden, inputPart.pointer(), fromState.pointer(), state.pointer(), output.pointer(),
        gates?.pointer())
    } else {
      pt_gru_gates_f64(
        batch, hidden, inputPart.pointer(), fromState.pointer(), state.pointer(), output.pointer(),
        gates?.pointer())
    }
    guard let gates else { return output }
    return output.attached(to: GRUGatesNode(fromInput, fromState, hx, gates))
  }

  /// The hidden state that a cell starts from, after all checks of shapes.
  private static func checkedState(
    _ operation: String, _ input: Tensor, _ hx: Tensor?, _ weightIH: Tensor, _ weightHH: Tensor, gates: Int
  ) throws -> Tensor {
    try requireOneType(operation, input, hx, weightIH, weightHH)
    guard input.ndim == 1 || input.ndim == 2 else {
      throw TensorError.invalidInput(
        operation: operation, shape: input.shape, expected: "(N, inputSize) or (inputSize)")
    }
    guard weightIH.ndim == 2, weightHH.ndim == 2, weightHH.sizes[0] == gates * weightHH.sizes[1],
      weightIH.sizes[0] == weightHH.sizes[0]
    else {
      throw TensorError.shapeMismatch(
        operation: operation, weightIH.shape, weightHH.shape,
        expected: gates == 1
          ? "weights (hiddenSize, inputSize) and (hiddenSize, hiddenSize)"
          : "weights (\(gates) · hiddenSize, inputSize) and (\(gates) · hiddenSize, hiddenSize)")
    }
    let expected = Array(input.shape.dropLast()) + [weightHH.sizes[1]]
    guard let hx else { return try Tensor.zeros(expected, dtype: input.dtype) }
    guard hx.shape == expected else {
      throw TensorError.shapeMismatch(
        operation: operation, input.shape, hx.shape,
        expected: "a hidden state of shape \(Tensor.shapeText(expected))")
    }
    return hx
  }
}

private final class RNNGatesNode: Node {
  private let nonlinearity: RNNNonlinearity

  init(_ fromInput: Tensor, _ fromState: Tensor, _ output: Tensor, _ nonlinearity: RNNNonlinearity) {
    self.nonlinearity = nonlinearity
    super.init("RNNCell", fromInput, fromState)
    saveOutput(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let y = try saved(0)
    let result: Tensor
    if Autograd.isEnabled {
      let slope =
        nonlinearity == .tanh
        ? try 1 - y * y : try y.isGreater(than: Tensor.zerosLike(y)).to(y.dtype)
      result = try gradient * slope
    } else {
      let upstream = try gradient.packed()
      result = try Tensor(uninitialized: y.sizes, dtype: y.dtype, operation: name)
      let kernel = nonlinearity == .tanh ? PT_RNN_TANH : PT_RNN_RELU
      let count = Int64(y.count)
      if y.dtype == .float32 {
        pt_rnn_gates_backward_f32(kernel, count, y.pointer(), upstream.pointer(), result.pointer())
      } else {
        pt_rnn_gates_backward_f64(kernel, count, y.pointer(), upstream.pointer(), result.pointer())
      }
    }
    return Gradients(needsGradient(0) ? result : nil, needsGradient(1) ? result : nil)
  }
}

/// The gates r, z and n are the node's second result, so that gradients that were computed from them can be
/// differentiated.
private final class GRUGatesNode: Node {
  init(_ fromInput: Tensor, _ fromState: Tensor, _ hx: Tensor, _ gates: Tensor) {
    super.init("GRUCell", inputs: [fromInput, fromState, hx])
    save(fromState, hx)
    saveOutput(gates, output: 1)
  }

  override func backward(_ arrivals: Arrivals) throws -> Gradients {
    let (fromState, hx, gates) = (try saved(0), try saved(1), try saved(2))
    let ofGates = arrivals[1]
    let gradient = try arrivals[0] ?? Tensor.zerosLike(hx)
    if Autograd.isEnabled || ofGates != nil {
      return try recordedGradients(gradient, ofGates, fromState, hx, gates)
    }
    let (upstream, state) = (try gradient.packed(), try hx.packed())
    let byInput = try Tensor(uninitialized: fromState.sizes, dtype: hx.dtype, operation: name)
    let byState = try Tensor(uninitialized: fromState.sizes, dtype: hx.dtype, operation: name)
    let byHidden = try Tensor(uninitialized: hx.sizes, dtype: hx.dtype, operation: name)
    let hidden = Int64(hx.sizes[hx.ndim - 1])
    let batch = Int64(hx.ndim == 2 ? hx.sizes[0] : 1)
    if hx.dtype == .float32 {
      pt_gru_gates_backward_f32(
        batch, hidden, fromState.pointer(), state.pointer(), gates.pointer(), upstream.pointer(),
        byInput.pointer(), byState.pointer(), byHidden.pointer())
    } else {
      pt_gru_gates_backward_f64(
        batch, hidden, fromState.pointer(), state.pointer(), gates.pointer(), upstream.pointer(),
        byInput.pointer(), byState.pointer(), byHidden.pointer())
    }
    return Gradients(
      needsGradient(0) ? byInput : nil, needsGradient(1) ? byState : nil, needsGradient(2) ? byHidden : nil)
  }

  /// The same by tensor operations, with what arrived for the gates themselves.
  private func recordedGradients(
    _ gradient: Tensor, _ ofGates: Tensor?, _ fromState: Tensor, _ hx: Tensor, _ gates: Tensor
  ) throws -> Gradients {
    let hidden = hx.sizes[hx.ndim - 1]
    let parts = (0..<3).map { part -> [IndexItem] in
      [.ellipsis, .stride(from: part * hidden, to: (part + 1) * hidden)]
    }
    func joined(_ r: Tensor, _ z: Tensor, _ n: Tensor) throws -> Tensor {
      let whole = try zip(parts, [r, z, n]).map { part, tensor in
        try Slicing(part, of: fromState).embed(tensor, name: "Join")
      }
      return try whole[0] + whole[1] + whole[2]
    }
    let (r, z, n) = (try gates.sliced(parts[0]), try gates.sliced(parts[1]), try gates.sliced(parts[2]))
    let arrived = try ofGates ?? Tensor.zerosLike(gates)
    let beforeTanh = try (gradient * (1 - z) + arrived.sliced(parts[2])) * (1 - n * n)
    let ofZ = try (gradient * (hx - n) + arrived.sliced(parts[1])) * z * (1 - z)
    let ofR = try (beforeTanh * fromState.sliced(parts[2]) + arrived.sliced(parts[0])) * r * (1 - r)
    return Gradients(
      needsGradient(0) ? try joined(ofR, ofZ, beforeTanh) : nil,
      needsGradient(1) ? try joined(ofR, ofZ, beforeTanh * r) : nil,
      needsGradient(2) ? try gradient * z : nil)
  }
}
