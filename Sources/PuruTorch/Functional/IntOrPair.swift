// Settings of two-dimensional operations: one number for both dimensions, or one for each.

/// A setting with a value for the height and one for the width, such as a stride.
public struct IntPair: IntOrPair, Hashable, Sendable, CustomStringConvertible {
  /// The value for the last but one dimension.
  public let height: Int
  /// The value for the last dimension.
  public let width: Int

  /// A setting of two values.
  public init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

  public var pair: IntPair { self }

  public var description: String { "(\(height), \(width))" }
}

/// An `Int`, which stands for both dimensions, or an `IntPair`: `stride: 2` or `stride: IntPair(2, 1)`.
public protocol IntOrPair: Sendable {
  /// The values for both dimensions.
  var pair: IntPair { get }
}

extension Int: IntOrPair {
  public var pair: IntPair { IntPair(self, self) }
}

/// The padding of a convolution: an `Int`, an `IntPair`, `.same` or `.valid`.
public protocol ConvolutionPadding: Sendable {
  /// The padding in the form that convolutions work with.
  var rule: PaddingRule { get }
}

/// How a convolution pads its input; made from numbers, or with the members of `ConvolutionPadding`.
public struct PaddingRule: ConvolutionPadding, Hashable {
  enum Kind: Hashable {
    case explicit(IntPair)
    case same
  }

  let kind: Kind

  public var rule: PaddingRule { self }
}

extension ConvolutionPadding where Self == PaddingRule {
  /// As many zeros as make the output as large as the input; where their number is odd, the extra one is
  /// below or on the right. Only for a stride of 1.
  public static var same: PaddingRule { PaddingRule(kind: .same) }
  /// No padding.
  public static var valid: PaddingRule { PaddingRule(kind: .explicit(IntPair(0, 0))) }
}

extension Int: ConvolutionPadding {
  public var rule: PaddingRule { PaddingRule(kind: .explicit(pair)) }
}

extension IntPair: ConvolutionPadding {
  public var rule: PaddingRule { PaddingRule(kind: .explicit(self)) }
}
