// Slicing by integers, ranges, strides, an ellipsis and new axes; and putting a slice back into zeros.

/// One place of a subscript: `x[0, 1..<3, .stride(from: 0, to: nil, by: 2), .ellipsis, .newAxis]`.
public protocol TensorIndex {
  /// The place in the form that slicing works on.
  var tensorIndex: IndexItem { get }
}

/// What a subscript does at one place; made from integers and ranges, or with the members of `TensorIndex`.
public struct IndexItem: TensorIndex, Sendable, Equatable {
  enum Kind: Equatable {
    case at(Int)
    case slice(from: Int?, to: Int?, step: Int)
    case ellipsis
    case newAxis
  }

  let kind: Kind

  public var tensorIndex: IndexItem { self }
}

extension TensorIndex where Self == IndexItem {
  /// One position, which drops the dimension; negative ones count from the end.
  public static func at(_ index: Int) -> IndexItem { IndexItem(kind: .at(index)) }
  /// Every `step`-th position of `from..<to`.
  ///
  /// Absent bounds are the ends, negative ones count from the end; `step` is at least 1.
  public static func stride(from: Int? = nil, to: Int? = nil, by step: Int = 1) -> IndexItem {
    IndexItem(kind: .slice(from: from, to: to, step: step))
  }
  /// A whole dimension.
  public static var all: IndexItem { .stride() }
  /// As many whole dimensions as the other places leave.
  public static var ellipsis: IndexItem { IndexItem(kind: .ellipsis) }
  /// A new dimension of size 1.
  public static var newAxis: IndexItem { IndexItem(kind: .newAxis) }
}

extension Int: TensorIndex {
  public var tensorIndex: IndexItem { .at(self) }
}
extension Range: TensorIndex where Bound == Int {
  public var tensorIndex: IndexItem { .stride(from: lowerBound, to: upperBound) }
}
extension ClosedRange: TensorIndex where Bound == Int {
  public var tensorIndex: IndexItem {
    .stride(from: lowerBound, to: upperBound == -1 || upperBound == .max ? nil : upperBound + 1)
  }
}
extension PartialRangeFrom: TensorIndex where Bound == Int {
  public var tensorIndex: IndexItem { .stride(from: lowerBound) }
}
extension PartialRangeUpTo: TensorIndex where Bound == Int {
  public var tensorIndex: IndexItem { .stride(to: upperBound) }
}
extension PartialRangeThrough: TensorIndex where Bound == Int {
  public var tensorIndex: IndexItem {
    .stride(to: upperBound == -1 || upperBound == .max ? nil : upperBound + 1)
  }
}

extension Tensor {
  /// A view of part of the tensor, with PyTorch's rules for basic indexing.
  ///
  /// ```swift
  /// let x = try Tensor.arange(24).reshaped(2, 3, 4)
  /// try x[1].shape                                   // [3, 4]
  /// try x[.ellipsis, 0].shape                        // [2, 3]
  /// try x[.all, 1..., .stride(by: 2)].shape          // [2, 2, 2]
  /// try x[.newAxis, -1, 0..<2].shape                 // [1, 2, 4]
  /// ```
  ///
  /// - Throws: `TensorError.indexOutOfRange` for an integer outside its dimension, `invalidArgument` for a step
  ///   below 1, more places than dimensions or more than one ellipsis. Bounds of ranges are cut to the dimension.
  public subscript(indices: any TensorIndex...) -> Tensor {
    get throws { try sliced(indices.map { $0.tensorIndex }) }
  }

  /// The view that a subscript with these places gives.
  public func sliced(_ items: [IndexItem]) throws -> Tensor {
    let slicing = try Slicing(items, of: self)
    let output = slicing.view(of: self)
    return Autograd.records(self) ? output.attached(to: SliceNode("Slice", self, slicing)) : output
  }
}

/// A rectangular, strided part of tensors of one shape, for any strides in memory.
struct Slicing {
  private enum Step {
    case at(Int)
    case keep(start: Int, count: Int, step: Int)
    case newAxis
  }

  let wholeSizes: Shape
  private var steps: [Step] = []

  init(_ items: [IndexItem], of tensor: Tensor) throws {
    wholeSizes = tensor.sizes
    var places = items.map { $0.kind }
    let ellipses = places.count { $0 == .ellipsis }
    let named = places.count - ellipses - places.count { $0 == .newAxis }
    guard named <= tensor.ndim else {
      throw TensorError.invalidArgument(
        operation: "slice", argument: "index", value: "\(named) places", expected: "at most \(tensor.ndim)")
    }
    guard ellipses <= 1 else {
      throw TensorError.invalidArgument(
        operation: "slice", argument: "index", value: "several ellipses", expected: "at most one")
    }
    if ellipses == 0 { places.append(.ellipsis) }
    var dim = 0
    for place in places {
      switch place {
      case .newAxis: steps.append(.newAxis)
      case .ellipsis:
        for _ in 0..<(tensor.ndim - named) {
          steps.append(.keep(start: 0, count: wholeSizes[dim], step: 1))
          dim += 1
        }
      case .at(let index):
        let size = wholeSizes[dim]
        guard index >= -size && index < size else {
          throw TensorError.indexOutOfRange(operation: "slice", index: index, size: size)
        }
        steps.append(.at(index < 0 ? index + size : index))
        dim += 1
      case .slice(let from, let to, let step):
        guard step >= 1 else {
          throw TensorError.invalidArgument(
            operation: "slice", argument: "step", value: "\(step)", expected: "at least 1")
        }
        let size = wholeSizes[dim]
        let start = Slicing.clamp(from ?? 0, size)
        let end = Swift.max(start, Slicing.clamp(to ?? size, size))
        let length = end - start
        steps.append(.keep(start: start, count: length / step + (length % step).signum(), step: step))
        dim += 1
      }
    }
    let ndim = steps.count { if case .at = $0 { false } else { true } }
    guard ndim <= Shape.maximumCount else {
      throw TensorError.tooManyDimensions(operation: "slice", count: ndim)
    }
  }

  private static func clamp(_ bound: Int, _ size: Int) -> Int {
    Swift.min(Swift.max(bound < 0 ? (bound < -size ? 0 : bound + size) : bound, 0), size)
  }

  /// The part of a tensor of the whole's shape, without history.
  func view(of tensor: Tensor) -> Tensor {
    var (sizes, strides, offset, dim) = (Shape(), Shape(), tensor.offset, 0)
    for step in steps {
      switch step {
      case .newAxis:
        sizes.append(1)
        strides.append(1)
      case .at(let index):
        offset += index * tensor.strides[dim]
        dim += 1
      case .keep(let start, let count, let step):
        offset += count == 0 ? 0 : start * tensor.strides[dim]
        sizes.append(count)
        strides.append(tensor.strides[dim] &* step)
        dim += 1
      }
    }
    return tensor.view(sizes: sizes, strides: strides, offset: offset)
  }

  /// Zeros of the whole's shape with a tensor in the part's place, recorded.
  func embed(_ part: Tensor, name: String) throws -> Tensor {
    let output = try Tensor.filled(wholeSizes, .int(0), dtype: part.dtype)
    view(of: output).copyElements(of: part)
    return Autograd.records(part) ? output.attached(to: EmbedNode(name, part, self)) : output
  }
}

/// A part taken out of a tensor: its gradient is put into zeros.
private final class SliceNode: Node {
  private let slicing: Slicing

  init(_ name: String, _ input: Tensor, _ slicing: Slicing) {
    self.slicing = slicing
    super.init(name, input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(try slicing.embed(gradient, name: "SliceBackward"))
  }
}

/// A tensor put into zeros: its gradient is that part of the whole's.
private final class EmbedNode: Node {
  private let slicing: Slicing

  init(_ name: String, _ input: Tensor, _ slicing: Slicing) {
    self.slicing = slicing
    super.init(name, input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let part = slicing.view(of: gradient)
    return Gradients(
      Autograd.records(gradient) ? part.attached(to: SliceNode("Slice", gradient, slicing)) : part)
  }
}
