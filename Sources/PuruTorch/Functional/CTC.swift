// Connectionist temporal classification: the loss of label sequences under all their alignments.

import CKernels

extension Functional {
  /// The CTC loss: `−log` of the summed probability of all alignments of a label sequence with the input's steps.
  ///
  /// As in PyTorch, the gradient is that by the logits when `logProbs` is their log-softmax; it can't itself be
  /// differentiated.
  ///
  /// - Parameters:
  ///   - logProbs: Log-probabilities of shape (T, N, C), or (T, C) for one sample.
  ///   - targets: `int64` labels: padded, of shape (N, S), or concatenated, of shape (sum of the lengths).
  ///   - inputLengths: `int64`, how many steps of each sample count.
  ///   - targetLengths: `int64`, how many labels each sample has.
  ///   - blank: The label of the blank; 0 by default.
  ///   - reduction: `.mean` divides each loss by its target's length (at least 1) and takes the mean of the batch.
  ///   - zeroInfinity: Makes the loss of a sample without any alignment, and its gradient, 0.
  /// - Returns: One number, or with `.none` a tensor of shape (N); of no dimensions for one sample.
  /// - Throws: `TensorError` when shapes, types or lengths don't fit, or a label is no class.
  public static func ctcLoss(
    _ logProbs: Tensor, _ targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank: Int = 0,
    reduction: LossReduction = .mean, zeroInfinity: Bool = false
  ) throws -> Tensor {
    _ = try logProbs.requiringFloatingPoint("ctcLoss")
    guard logProbs.ndim == 2 || logProbs.ndim == 3, logProbs.count > 0 else {
      throw TensorError.invalidInput(
        operation: "ctcLoss", shape: logProbs.shape, expected: "(T, N, C) or (T, C), not empty")
    }
    let isBatch = logProbs.ndim == 3
    let input = isBatch ? logProbs : try logProbs.unsqueezed(1)
    let alignment = try CTCAlignment(input, targets, inputLengths, targetLengths, blank: blank)
    let (losses, scores) = try alignment.losses(input)
    var values = try losses.converted(to: .float64).data(as: Double.self)
    if zeroInfinity { values = values.map { $0 == .infinity ? 0 : $0 } }
    let output: Tensor
    if reduction == .none {
      output = try Tensor(values, shape: isBatch ? [values.count] : [])
    } else {
      output = try Tensor(
        zip(values, alignment.shares(reduction)).reduce(0) { $0 + $1.0 * $1.1 }, dtype: .float64)
    }
    let result = try output.converted(to: input.dtype)
    guard Autograd.records(input) else { return result }
    return result.attached(to: CTCLossNode(input, alignment, scores, reduction, zeroInfinity: zeroInfinity))
  }

  /// The CTC loss with lengths as arrays.
  public static func ctcLoss(
    _ logProbs: Tensor, _ targets: Tensor, inputLengths: [Int], targetLengths: [Int], blank: Int = 0,
    reduction: LossReduction = .mean, zeroInfinity: Bool = false
  ) throws -> Tensor {
    try ctcLoss(
      logProbs, targets, inputLengths: Tensor(inputLengths), targetLengths: Tensor(targetLengths),
      blank: blank,
      reduction: reduction, zeroInfinity: zeroInfinity)
  }
}

/// Checked label sequences and lengths of a batch.
private struct CTCAlignment {
  private let time: Int
  private let batch: Int
  private let classes: Int
  private let blank: Int
  private let labels: [Int64]
  /// Where each sample's labels begin.
  private let offsets: [Int64]
  private let targetLengths: [Int64]
  private let inputLengths: [Int64]

  init(
    _ input: Tensor, _ targets: Tensor, _ inputLengths: Tensor, _ targetLengths: Tensor, blank: Int
  ) throws {
    (time, batch, classes) = (input.sizes[0], input.sizes[1], input.sizes[2])
    guard blank >= 0, blank < classes else {
      throw TensorError.invalidArgument(
        operation: "ctcLoss", argument: "blank", value: "\(blank)", expected: "a class, 0 to \(classes - 1)")
    }
    self.blank = blank
    self.inputLengths = try CTCAlignment.lengths(inputLengths, batch, upTo: time, "inputLengths")
    self.targetLengths = try CTCAlignment.lengths(targetLengths, batch, upTo: .max, "targetLengths")
    guard targets.dtype == .int64 else {
      throw TensorError.unsupportedDType(operation: "ctcLoss", dtype: targets.dtype, expected: "int64 labels")
    }
    labels = try targets.data()
    if targets.ndim == 2 {
      guard targets.sizes[0] == batch, self.targetLengths.allSatisfy({ $0 <= targets.sizes[1] }) else {
        throw TensorError.shapeMismatch(
          operation: "ctcLoss", input.shape, targets.shape,
          expected: "a row of labels for each sample, as long as the longest target")
      }
      offsets = (0..<batch).map { Int64($0 * targets.sizes[1]) }
    } else {
      let total = labels.count
      guard targets.ndim == 1, self.targetLengths.allSatisfy({ $0 <= total }),
        self.targetLengths.reduce(0, +) == total
      else {
        throw TensorError.invalidInput(
          operation: "ctcLoss", shape: targets.shape,
          expected: "targets of shape (N, S), or as many in one dimension as targetLengths add up to")
      }
      var starts = [Int64(0)]
      for length in self.targetLengths.dropLast() { starts.append(starts[starts.count - 1] + length) }
      offsets = starts
    }
    for (start, length) in zip(offsets, self.targetLengths) {
      for label in labels[Int(start)..<Int(start + length)] where label < 0 || label >= classes {
        throw TensorError.invalidArgument(
          operation: "ctcLoss", argument: "targets", value: "\(label)",
          expected: "labels from 0 to \(classes - 1)")
      }
    }
  }

  private static func lengths(
    _ tensor: Tensor, _ batch: Int, upTo limit: Int, _ argument: String
  ) throws -> [Int64] {
    guard tensor.dtype == .int64 else {
      throw TensorError.unsupportedDType(
        operation: "ctcLoss", dtype: tensor.dtype, expected: "\(argument) of type int64")
    }
    guard tensor.count == batch else {
      throw TensorError.invalidInput(
        operation: "ctcLoss", shape: tensor.shape, expected: "\(argument) of shape (\(batch))")
    }
    let lengths = try tensor.data(as: Int64.self)
    for length in lengths where length < 0 || length > limit {
      throw TensorError.invalidArgument(
        operation: "ctcLoss", argument: argument, value: "\(length)",
        expected: limit == .max ? "at least 0" : "0 to \(limit)")
    }
    return lengths
  }

  /// What each sample's loss is multiplied by in the reduced one.
  func shares(_ reduction: LossReduction) -> [Double] {
    targetLengths.map { reduction == .mean ? 1 / (Double(Swift.max($0, 1)) * Double(batch)) : 1 }
  }

  /// The losses of the samples, and the scores that backward starts from.
  func losses(_ input: Tensor) throws -> (losses: Tensor, scores: Tensor) {
    let logProbs = try input.packed()
    let losses = try Tensor(uninitialized: Shape([batch]), dtype: input.dtype, operation: "ctcLoss")
    let scores = try withKernelForm { form in
      let count = Int(pt_ctc_log_alpha_count(&form))
      let scores = try Tensor(uninitialized: Shape([count]), dtype: .float64, operation: "ctcLoss")
      if input.dtype == .float32 {
        pt_ctc_loss_f32(&form, logProbs.pointer(), losses.pointer(), scores.pointer())
      } else {
        pt_ctc_loss_f64(&form, logProbs.pointer(), losses.pointer(), scores.pointer())
      }
      return scores
    }
    return (losses, scores)
  }

  /// The gradient of the log-probabilities from those of the samples' losses.
  func backward(
    _ input: Tensor, _ scores: Tensor, _ upstream: Tensor, zeroInfinity: Bool
  ) throws -> Tensor {
    let logProbs = try input.packed()
    let output = try Tensor(uninitialized: input.sizes, dtype: input.dtype, operation: "ctcLoss")
    withKernelForm { form in
      if input.dtype == .float32 {
        pt_ctc_backward_f32(
          &form, zeroInfinity, logProbs.pointer(), scores.pointer(), upstream.pointer(), output.pointer())
      } else {
        pt_ctc_backward_f64(
          &form, zeroInfinity, logProbs.pointer(), scores.pointer(), upstream.pointer(), output.pointer())
      }
    }
    return output
  }

  private func withKernelForm<Result>(_ body: (inout pt_ctc) throws -> Result) rethrows -> Result {
    try labels.withUnsafeBufferPointer { labels in
      try offsets.withUnsafeBufferPointer { offsets in
        try targetLengths.withUnsafeBufferPointer { targetLengths in
          try inputLengths.withUnsafeBufferPointer { inputLengths in
            var form = pt_ctc(
              time: Int64(time), batch: Int64(batch), classes: Int64(classes), blank: Int64(blank),
              targets: labels.baseAddress, target_offsets: offsets.baseAddress,
              target_lengths: targetLengths.baseAddress, input_lengths: inputLengths.baseAddress)
            return try body(&form)
          }
        }
      }
    }
  }
}

private final class CTCLossNode: Node {
  private let alignment: CTCAlignment
  private let reduction: LossReduction
  private let zeroInfinity: Bool

  init(
    _ input: Tensor, _ alignment: CTCAlignment, _ scores: Tensor, _ reduction: LossReduction,
    zeroInfinity: Bool
  ) {
    (self.alignment, self.reduction, self.zeroInfinity) = (alignment, reduction, zeroInfinity)
    super.init("CTCLoss", input)
    save(input, scores)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    guard !Autograd.isEnabled else { throw TensorError.notTwiceDifferentiable(operation: name) }
    let shares = alignment.shares(reduction)
    let upstream = try (gradient * Tensor(shares, shape: [shares.count]).converted(to: gradient.dtype))
      .packed()
    return Gradients(try alignment.backward(saved(0), saved(1), upstream, zeroInfinity: zeroInfinity))
  }
}
