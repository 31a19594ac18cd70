// Tensors of random numbers.

import CKernels

extension Tensor {
  /// A tensor of numbers uniform in `low ..< high`.
  ///
  /// ```swift
  /// let x = try Tensor.uniform([5, 6], low: -1, high: 1, requiresGrad: true)
  /// ```
  ///
  /// - Parameters:
  ///   - shape: The sizes of the dimensions.
  ///   - low: The least number; 0 by default.
  ///   - high: What all numbers are below; 1 by default.
  ///   - dtype: A floating-point type, `float32` by default.
  ///   - requiresGrad: Whether operations on the tensor are recorded.
  ///   - generator: Where the numbers come from; the task's or the global generator by default.
  /// - Throws: `TensorError.invalidArgument` when `low` is above `high` or one isn't finite,
  ///   `TensorError.unsupportedDType` for integers and booleans.
  public static func uniform(
    _ shape: [Int], low: Double = 0, high: Double = 1, dtype: DType = .float32, requiresGrad: Bool = false,
    generator: Generator? = nil
  ) throws -> Tensor {
    guard low <= high, (high - low).isFinite else {
      throw TensorError.invalidArgument(
        operation: "uniform", argument: "low", value: "\(low) with high \(high)",
        expected: "finite numbers, low at most high")
    }
    return try random(shape, dtype, requiresGrad, generator, "uniform") { place, tensor in
      let count = Int64(tensor.count)
      if dtype == .float32 {
        pt_random_uniform_f32(place.seed, place.offset, count, low, high, tensor.pointer())
      } else {
        pt_random_uniform_f64(place.seed, place.offset, count, low, high, tensor.pointer())
      }
    }
  }

  /// A tensor of numbers from the normal distribution.
  ///
  /// - Parameters:
  ///   - shape: The sizes of the dimensions.
  ///   - mean: The mean of the distribution; 0 by default.
  ///   - standardDeviation: The standard deviation of the distribution; 1 by default.
  ///   - dtype: A floating-point type, `float32` by default.
  ///   - requiresGrad: Whether operations on the tensor are recorded.
  ///   - generator: Where the numbers come from; the task's or the global generator by default.
  /// - Throws: `TensorError.invalidArgument` for a negative standard deviation,
  ///   `TensorError.unsupportedDType` for integers and booleans.
  public static func normal(
    _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, dtype: DType = .float32,
    requiresGrad: Bool = false, generator: Generator? = nil
  ) throws -> Tensor {
    guard standardDeviation >= 0 else {
      throw TensorError.invalidArgument(
        operation: "normal", argument: "standardDeviation", value: "\(standardDeviation)",
        expected: "at least 0")
    }
    return try random(shape, dtype, requiresGrad, generator, "normal") { place, tensor in
      let count = Int64(tensor.count)
      if dtype == .float32 {
        pt_random_normal_f32(
          place.seed, place.offset, count, mean, standardDeviation, tensor.pointer())
      } else {
        pt_random_normal_f64(
          place.seed, place.offset, count, mean, standardDeviation, tensor.pointer())
      }
    }
  }

  /// A tensor of ones with probability `p`, and zeros.
  ///
  /// - Parameters:
  ///   - shape: The sizes of the dimensions.
  ///   - p: The probability of a one; 0.5 by default.
  ///   - dtype: Any type, `float32` by default.
  ///   - generator: Where the numbers come from; the task's or the global generator by default.
  /// - Throws: `TensorError.invalidArgument` when `p` isn't in 0 ... 1.
  public static func bernoulli(
    _ shape: [Int], p: Double = 0.5, dtype: DType = .float32, generator: Generator? = nil
  ) throws -> Tensor {
    let p = try Functional.checkedProbability(p, "bernoulli")
    let sizes = try Shape(validating: shape, operation: "bernoulli")
    let tensor = try Tensor(uninitialized: sizes, dtype: .bool, operation: "bernoulli")
    let place = (generator ?? .current).draw(tensor.count)
    pt_random_bernoulli_u8(place.seed, place.offset, Int64(tensor.count), p, tensor.pointer())
    return try tensor.converted(to: dtype)
  }

  /// A tensor of integers uniform in `0 ..< high`, of type `int64`.
  ///
  /// ```swift
  /// let labels = try Tensor.randint(10, [64])
  /// ```
  ///
  /// - Parameters:
  ///   - high: What all numbers are below.
  ///   - shape: The sizes of the dimensions.
  ///   - generator: Where the numbers come from; the task's or the global generator by default.
  /// - Throws: `TensorError.invalidArgument` when `high` isn't above 0.
  public static func randint(_ high: Int, _ shape: [Int], generator: Generator? = nil) throws -> Tensor {
    try randint(0, high, shape, generator: generator)
  }

  /// A tensor of integers uniform in `low ..< high`, of type `int64`.
  ///
  /// - Parameters:
  ///   - low: The least number.
  ///   - high: What all numbers are below.
  ///   - shape: The sizes of the dimensions.
  ///   - generator: Where the numbers come from; the task's or the global generator by default.
  /// - Throws: `TensorError.invalidArgument` when `low` isn't less than `high`.
  public static func randint(
    _ low: Int, _ high: Int, _ shape: [Int], generator: Generator? = nil
  ) throws -> Tensor {
    guard low < high else {
      throw TensorError.invalidArgument(
        operation: "randint", argument: "low", value: "\(low) with high \(high)", expected: "less than high")
    }
    let sizes = try Shape(validating: shape, operation: "randint")
    let tensor = try Tensor(uninitialized: sizes, dtype: .int64, operation: "randint")
    let place = (generator ?? .current).draw(tensor.count)
    pt_random_integers_i64(
      place.seed, place.offset, Int64(tensor.count), Int64(low), Int64(high), tensor.pointer())
    return tensor
  }

  /// A tensor of a floating-point type, filled from its place in a generator's stream.
  private static func random(
    _ shape: [Int], _ dtype: DType, _ requiresGrad: Bool, _ generator: Generator?, _ operation: String,
    fill: ((seed: UInt64, offset: UInt64), Tensor) -> Void
  ) throws -> Tensor {
    let sizes = try Shape(validating: shape, operation: operation)
    let tensor = try Tensor(uninitialized: sizes, dtype: dtype, operation: operation)
      .requiringFloatingPoint(operation)
    fill((generator ?? .current).draw(tensor.count), tensor)
    return requiresGrad ? try tensor.setRequiresGrad() : tensor
  }
}
