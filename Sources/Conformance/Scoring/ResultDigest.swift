// Digests of what an implementation computed, to the bit.

import Foundation

extension Evaluation {
  /// The SHA-256 of the bits of some outputs and gradients, in hexadecimal.
  ///
  /// Of each value, in the order of their names with `outputs/` or `gradients/` before them, the line
  /// `dataset <name> <dtype> <sizes>` and its elements, row-major and little-endian, as in a fixture's content
  /// digest; but every NaN counts as the positive quiet one without payload, since its bits differ from one kind of
  /// processor to another.
  func digest(outputs outputNames: some Collection<String>, gradients gradientNames: some Collection<String>)
    -> String
  {
    var content = Data()
    for (part, names, values) in [
      ("gradients", Array(gradientNames), gradients), ("outputs", Array(outputNames), outputs),
    ] {
      for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
        guard let value = values[name] else { continue }
        let sizes = value.shape.map(String.init).joined(separator: ",")
        content += Data("dataset \(part)/\(name) \(value.array.elements.name) \(sizes)\n".utf8)
        value.appendBits(to: &content)
      }
    }
    return SHA256.hexDigest(of: content)
  }
}

extension Value {
  /// Appends the elements' bits, little-endian, with one NaN for all.
  fileprivate func appendBits(to content: inout Data) {
    func append<Element>(_ elements: [Element]) {
      elements.withUnsafeBytes { content.append(contentsOf: $0) }
    }
    switch elements {
    case .float32(let values): append(values.map { ($0.isNaN ? Float.nan : $0).bitPattern.littleEndian })
    case .float64(let values): append(values.map { ($0.isNaN ? Double.nan : $0).bitPattern.littleEndian })
    case .int64(let values): append(values.map(\.littleEndian))
    case .bool(let values): append(values.map { $0 ? 1 : 0 as UInt8 })
    case .string(let values):
      for text in values {
        append([UInt64(text.utf8.count).littleEndian])
        content += Data(text.utf8)
      }
    }
  }
}
