// Comparing tensors in tests: shape, then type, then values, with the worst difference told.

import PuruTorch

/// How two tensors differ, or nil when they don't: for `#expect(try mismatch(actual, expected) == nil)`.
///
/// - Parameter units: The largest error allowed, in units of the last place of the largest expected value.
///   NaN matches NaN; infinities match themselves.
public func mismatch(_ actual: Tensor, _ expected: Tensor, units: Double = 4) throws -> String? {
  guard actual.shape == expected.shape else { return "shape \(actual.shape), expected \(expected.shape)" }
  guard actual.dtype == expected.dtype else { return "dtype \(actual.dtype), expected \(expected.dtype)" }
  let (found, wanted) = (try doubles(actual), try doubles(expected))
  let scale = wanted.filter(\.isFinite).map(abs).max() ?? 0
  let limit = actual.dtype.isFloatingPoint ? units * actual.dtype.epsilon * scale : 0
  var worst: (index: Int, difference: Double)?
  for (index, (a, b)) in zip(found, wanted).enumerated() where !(a == b || (a.isNaN && b.isNaN)) {
    let difference = a.isFinite && b.isFinite ? abs(a - b) : .infinity
    if difference > limit, difference > worst?.difference ?? -1 { worst = (index, difference) }
  }
  guard let worst else { return nil }
  return "element \(worst.index) of shape \(actual.shape) is \(found[worst.index]), "
    + "expected \(wanted[worst.index]): off by \(worst.difference), limit \(limit)"
}

/// How a tensor differs from literal values in row-major order under its own shape and type.
public func mismatch(
  _ actual: Tensor, shape: [Int], _ expected: [Double], units: Double = 4
) throws -> String? {
  try mismatch(actual, Tensor(expected, shape: shape).to(actual.dtype), units: units)
}

/// The elements of a tensor of any type as numbers.
public func doubles(_ tensor: Tensor) throws -> [Double] {
  try noGrad { try tensor.to(.float64).data(as: Double.self) }
}

/// The description of the error that a closure throws, or nil when it throws none.
public func errorText(_ body: () throws -> some Any) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return String(describing: error)
  }
}
