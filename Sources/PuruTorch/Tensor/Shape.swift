// Sizes or strides of up to eight dimensions, stored inline so that tensors need no allocation for them.

/// A short list of integers: a tensor's sizes, or its strides in elements.
struct Shape: RandomAccessCollection, MutableCollection, Equatable, Sendable {
  /// The most dimensions that a tensor can have.
  static let maximumCount = 8

  private typealias Values = (Int, Int, Int, Int, Int, Int, Int, Int)

  private var values: Values = (0, 0, 0, 0, 0, 0, 0, 0)
  private(set) var count: Int

  init() { count = 0 }

  /// `count` copies of a value; `count` is at most `maximumCount`.
  init(repeating value: Int, count: Int) {
    guard count <= Shape.maximumCount else { fatalError("\(count) dimensions in a Shape") }
    self.count = count
    if value != 0 { for index in 0..<count { self[index] = value } }
  }

  /// The given values, at most `maximumCount`.
  init<Values: Collection<Int>>(_ elements: Values) {
    self.init(repeating: 0, count: elements.count)
    var index = 0
    for element in elements {
      self[index] = element
      index += 1
    }
  }

  /// The given sizes, refused when they are negative, too many, or have more elements than memory can address.
  init(validating sizes: [Int], operation: String) throws {
    guard sizes.count <= Shape.maximumCount else {
      throw TensorError.tooManyDimensions(operation: operation, count: sizes.count)
    }
    var total = 1
    var overflowed = false
    for size in sizes {
      guard size >= 0 else { throw TensorError.invalidShape(operation: operation, shape: sizes) }
      let (product, overflow) = total.multipliedReportingOverflow(by: Swift.max(size, 1))
      total = product
      overflowed = overflowed || overflow || product > Int.max / 16
    }
    guard !overflowed else {
      throw TensorError.outOfMemory(operation: operation, shape: sizes)
    }
    self.init(sizes)
  }

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(index: Int) -> Int {
    @inline(__always) get {
      guard index >= 0 && index < count else { fatalError("dimension \(index) of \(count)") }
      return withUnsafeBytes(of: values) { bytes in
        bytes.load(fromByteOffset: index &* MemoryLayout<Int>.stride, as: Int.self)
      }
    }
    @inline(__always) set {
      guard index >= 0 && index < count else { fatalError("dimension \(index) of \(count)") }
      withUnsafeMutableBytes(of: &values) { bytes in
        bytes.storeBytes(of: newValue, toByteOffset: index &* MemoryLayout<Int>.stride, as: Int.self)
      }
    }
  }

  /// The value at an index that is known to be below `count`.
  private subscript(unchecked index: Int) -> Int {
    @inline(__always) get {
      withUnsafeBytes(of: values) { bytes in
        bytes.loadUnaligned(fromByteOffset: index &* MemoryLayout<Int>.stride, as: Int.self)
      }
    }
  }

  /// The product of all sizes: the number of elements.
  var elementCount: Int {
    var product = 1
    for index in 0..<count { product &*= self[unchecked: index] }
    return product
  }

  /// The number of elements, refused when no memory can hold as many.
  func checkedElementCount(operation: String) throws -> Int {
    var product = 1
    for index in 0..<count {
      let (next, overflow) = product.multipliedReportingOverflow(by: self[unchecked: index])
      guard !overflow else { throw TensorError.outOfMemory(operation: operation, shape: [Int](self)) }
      product = next
    }
    return product
  }

  /// The strides of a row-major tensor of these sizes.
  var contiguousStrides: Shape {
    var strides = Shape(repeating: 1, count: count)
    var step = 1
    var index = count
    while index > 0 {
      index -= 1
      strides[index] = step
      step &*= Swift.max(self[index], 1)
    }
    return strides
  }

  /// Whether a tensor of these sizes with the given strides is row-major without gaps.
  func isContiguous(strides: Shape) -> Bool {
    var step = 1
    for index in stride(from: count - 1, through: 0, by: -1) {
      if self[index] == 0 { return true }
      if self[index] != 1 && strides[index] != step { return false }
      step *= self[index]
    }
    return true
  }

  /// The first values.
  func prefix(_ length: Int) -> Shape {
    var result = Shape(repeating: 0, count: length)
    for index in 0..<length { result[index] = self[index] }
    return result
  }

  mutating func insert(_ value: Int, at position: Int) {
    guard count < Shape.maximumCount else {
      fatalError("more than \(Shape.maximumCount) dimensions in a Shape")
    }
    count += 1
    for index in stride(from: count - 1, to: position, by: -1) { self[index] = self[index - 1] }
    self[position] = value
  }

  mutating func append(_ value: Int) { insert(value, at: count) }

  mutating func remove(at position: Int) {
    for index in position..<(count - 1) { self[index] = self[index + 1] }
    self[count - 1] = 0
    count -= 1
  }

  static func == (a: Shape, b: Shape) -> Bool {
    // Values beyond `count` are 0.
    let (x, y) = (a.values, b.values)
    let differences =
      (a.count ^ b.count) | (x.0 ^ y.0) | (x.1 ^ y.1) | (x.2 ^ y.2) | (x.3 ^ y.3) | (x.4 ^ y.4) | (x.5 ^ y.5)
      | (x.6 ^ y.6) | (x.7 ^ y.7)
    return differences == 0
  }

  /// Calls a kernel with the values as C reads them.
  @inline(__always)
  func withPointer<Result>(_ body: (UnsafePointer<Int64>) throws -> Result) rethrows -> Result {
    try withUnsafeBytes(of: values) { bytes in
      guard let base = bytes.baseAddress else { fatalError("a Shape without memory") }
      return try body(base.assumingMemoryBound(to: Int64.self))
    }
  }
}

extension Array where Element == Int {
  init(_ shape: Shape) {
    self.init()
    reserveCapacity(shape.count)
    for index in 0..<shape.count { append(shape[index]) }
  }
}

extension Shape {
  /// The shape that both broadcast to by NumPy's rules, or an error that names the operation.
  static func broadcast(_ a: Shape, _ b: Shape, operation: String) throws -> Shape {
    if a == b { return a }
    var result = Shape(repeating: 1, count: Swift.max(a.count, b.count))
    for position in 1...Swift.max(result.count, 1) where position <= result.count {
      let x = position <= a.count ? a[a.count - position] : 1
      let y = position <= b.count ? b[b.count - position] : 1
      guard x == y || x == 1 || y == 1 else {
        throw TensorError.shapeMismatch(
          operation: operation, [Int](a), [Int](b), expected: "shapes that broadcast together")
      }
      result[result.count - position] = x == 1 ? y : x
    }
    _ = try result.checkedElementCount(operation: operation)
    return result
  }

  /// The strides by which a tensor of this shape is read as if it had the larger shape: 0 where it repeats.
  func broadcastStrides(_ strides: Shape, to target: Shape) -> Shape {
    var result = Shape(repeating: 0, count: target.count)
    let offset = target.count - count
    for index in 0..<count where self[index] != 1 { result[offset + index] = strides[index] }
    return result
  }
}
