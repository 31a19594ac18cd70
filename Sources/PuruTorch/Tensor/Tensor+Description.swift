// How tensors print: like PyTorch's.

import Foundation

extension Tensor: CustomStringConvertible {
  /// The values like PyTorch prints them, with the type where it isn't the default, and what records the tensor.
  ///
  /// Tensors of more than 1000 elements show the first and last three of each long dimension.
  public var description: String {
    let prefix = self is Parameter ? "Parameter containing:\ntensor(" : "tensor("
    var text = prefix + TensorFormatter(self).text(indent: 7)
    if count == 0 && ndim != 1 { text += ", size=\(Tensor.shapeText(shape))" }
    if dtype == .float64 || (count == 0 && dtype != .float32) { text += ", dtype=\(dtype)" }
    if let gradFn {
      text += ", gradFn=\(gradFn)"
    } else if wantsGrad {
      text += ", requiresGrad=true"
    }
    return text + ")"
  }

  /// A shape as text: `[2, 3]`.
  static func shapeText(_ shape: [Int]) -> String {
    "[" + shape.map(String.init).joined(separator: ", ") + "]"
  }
}

/// Lays out the values of one tensor.
private struct TensorFormatter {
  private let tensor: Tensor
  private let isSummarized: Bool
  private let style: NumberStyle
  private let width: Int

  private static let edgeItems = 3
  private static let threshold = 1000
  private static let lineWidth = 80

  init(_ tensor: Tensor) {
    self.tensor = tensor
    isSummarized = tensor.count > TensorFormatter.threshold
    var values: [Scalar] = []
    if tensor.count > 0 { TensorFormatter.collect(tensor, 0, tensor.offset, isSummarized, into: &values) }
    let style = NumberStyle(values)
    self.style = style
    // As in PyTorch, zeros, infinities and NaN fit in or stick out.
    width = values.filter(\.countsForWidth).reduce(0) { Swift.max($0, style.text($1).count) }
  }

  func text(indent: Int) -> String {
    tensor.count == 0 ? "[]" : text(dim: 0, position: tensor.offset, indent: indent)
  }

  /// The shown positions of a dimension; nil stands for those left out.
  private static func positions(_ size: Int, _ isSummarized: Bool) -> [Int?] {
    guard isSummarized && size > 2 * edgeItems else { return Array(0..<size) }
    return Array(0..<edgeItems) + [nil] + Array((size - edgeItems)..<size)
  }

  private static func collect(
    _ tensor: Tensor, _ dim: Int, _ position: Int, _ isSummarized: Bool, into values: inout [Scalar]
  ) {
    guard dim < tensor.ndim else { return values.append(tensor.scalarElement(at: position)) }
    for case let index? in positions(tensor.sizes[dim], isSummarized) {
      collect(tensor, dim + 1, position + index * tensor.strides[dim], isSummarized, into: &values)
    }
  }

  private func text(dim: Int, position: Int, indent: Int) -> String {
    guard dim < tensor.ndim else {
      let text = style.text(tensor.scalarElement(at: position))
      return tensor.ndim == 0 ? text : String(repeating: " ", count: Swift.max(0, width - text.count)) + text
    }
    let parts = TensorFormatter.positions(tensor.sizes[dim], isSummarized).map { index in
      index.map { text(dim: dim + 1, position: position + $0 * tensor.strides[dim], indent: indent + 1) }
        ?? (dim == tensor.ndim - 1 ? " ..." : "...")
    }
    let padding = String(repeating: " ", count: indent + 1)
    guard dim == tensor.ndim - 1 else {
      let newlines = String(repeating: "\n", count: tensor.ndim - 1 - dim)
      return "[" + parts.joined(separator: "," + newlines + padding) + "]"
    }
    let perLine = Swift.max(1, (TensorFormatter.lineWidth - indent) / (width + 2))
    let lines = stride(from: 0, to: parts.count, by: perLine).map {
      parts[$0..<Swift.min($0 + perLine, parts.count)].joined(separator: ", ")
    }
    return "[" + lines.joined(separator: ",\n" + padding) + "]"
  }
}

extension Scalar {
  fileprivate var countsForWidth: Bool {
    if case .float(let value) = self { value.isFinite && value != 0 } else { true }
  }
}

/// How the numbers of a tensor are written: whole, with four decimals, or in scientific notation.
private enum NumberStyle {
  case plain
  case whole
  case decimal
  case scientific

  init(_ values: [Scalar]) {
    let numbers = values.compactMap { if case .float(let value) = $0 { value } else { nil } }
    guard !numbers.isEmpty else {
      self = .plain
      return
    }
    let magnitudes = numbers.filter { $0.isFinite && $0 != 0 }.map { abs($0) }
    let (largest, smallest) = (magnitudes.max() ?? 0, magnitudes.min() ?? 0)
    if numbers.allSatisfy({ !$0.isFinite || $0 == $0.rounded() }) {
      self = largest / smallest > 1000 || largest > 1e8 ? .scientific : .whole
    } else {
      self = largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4 ? .scientific : .decimal
    }
  }

  func text(_ value: Scalar) -> String {
    switch value {
    case .bool(let value): return value ? "True" : "False"
    case .int(let value): return String(value)
    case .float(let value):
      guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
      switch self {
      case .plain, .whole: return String(format: "%.0f.", value)
      case .decimal: return String(format: "%.4f", value)
      case .scientific: return String(format: "%.4e", value)
      }
    }
  }
}
