// Arrays of numbers, computed one entry at a time.

import Conformance

/// An array of numbers by their indices. An index outside gives NaN, so what doesn't fit is seen and traps nothing.
struct Cells {
  /// The most entries that are written out one by one.
  static let most = 1 << 20

  let shape: [Int]
  let entries: [Number]
  /// Whether the entries are Booleans.
  private(set) var isLogical = false
  /// The entries where they are integers, which numbers hold up to 2⁵³ only.
  var integers: [Int64]?

  /// Computes every entry from its index.
  ///
  /// - Throws: ``OracleError`` when there would be too many, or a size is negative.
  init(_ shape: [Int], _ entry: ([Int]) throws -> Number) throws {
    let count = try Self.count(shape)
    var entries: [Number] = []
    entries.reserveCapacity(count)
    var index = shape.map { _ in 0 }
    for _ in 0..<count {
      entries.append(try entry(index))
      Self.advance(&index, shape)
    }
    (self.shape, self.entries) = (shape, entries)
  }

  /// The entries in row-major order under a shape.
  init(_ shape: [Int], entries: [Number]) throws {
    guard try Self.count(shape) == entries.count else {
      throw OracleError("\(entries.count) entries don't make the shape \(shape)")
    }
    (self.shape, self.entries) = (shape, entries)
  }

  /// The numbers of an array.
  init(_ value: Value, _ number: (Double) -> Number) throws {
    guard let numbers = value.numbers else { throw OracleError("\(value.dtype) are no numbers") }
    try self.init(value.shape, entries: numbers.map(number))
    isLogical = value.dtype == "bool"
    if case .int64(let integers) = value.elements { self.integers = integers }
  }

  /// The array of these numbers.
  var value: Value {
    Value(shape: shape, integers.map { .int64($0) } ?? .float64(entries.map(\.value)))
  }

  /// One number.
  init(_ number: Number) { (shape, entries) = ([], [number]) }

  subscript(index: [Int]) -> Number { Self.position(index, in: shape).map { entries[$0] } ?? .nan }

  /// The entry that an index of a shape which this one is broadcast to stands for.
  func broadcast(_ index: [Int]) -> Number { position(broadcasting: index).map { entries[$0] } ?? .nan }

  /// The row-major position of that entry.
  func position(broadcasting index: [Int]) -> Int? {
    Self.position(zip(shape, index.suffix(shape.count)).map { $0 == 1 ? 0 : $1 }, in: shape)
  }

  /// An integer entry.
  func integer(_ index: [Int]) throws -> Int {
    guard let integer = Int(exactly: self[index].value), abs(integer) <= Self.most else {
      throw OracleError("\(self[index].value) at \(index) is not an integer in reach")
    }
    return integer
  }

  /// The size of a dimension that must be there.
  func size(_ dimension: Int) throws -> Int {
    guard shape.indices.contains(dimension) else {
      throw OracleError("the shape \(shape) has no dimension \(dimension)")
    }
    return shape[dimension]
  }

  /// A dimension counted from either end.
  func dimension(_ given: Int) throws -> Int {
    let rank = max(1, shape.count)
    guard -rank..<rank ~= given else { throw OracleError("the shape \(shape) has no dimension \(given)") }
    return given < 0 ? given + rank : given
  }

  /// Every entry changed.
  func map(_ change: (Number) -> Number) throws -> Cells {
    try Cells(shape, entries: entries.map(change))
  }

  /// The row-major position of an index; nil for one outside.
  static func position(_ index: [Int], in shape: [Int]) -> Int? {
    guard index.count == shape.count else { return nil }
    var position = 0
    for (entry, size) in zip(index, shape) {
      guard 0..<size ~= entry else { return nil }
      position = position * size + entry
    }
    return position
  }

  /// All indices of a shape in row-major order.
  static func indices(of shape: [Int]) throws -> [[Int]] {
    var index = shape.map { _ in 0 }
    return (0..<(try count(shape))).map { _ in
      defer { advance(&index, shape) }
      return index
    }
  }

  /// The shape that two are broadcast to.
  static func broadcast(_ one: [Int], _ other: [Int]) throws -> [Int] {
    let rank = max(one.count, other.count)
    func padded(_ shape: [Int]) -> [Int] { Array(repeating: 1, count: rank - shape.count) + shape }
    return try zip(padded(one), padded(other)).map { one, other in
      guard one == other || one == 1 || other == 1 else {
        throw OracleError("the sizes \(one) and \(other) don't broadcast")
      }
      return one == 1 ? other : one
    }
  }

  private static func count(_ shape: [Int]) throws -> Int {
    guard shape.allSatisfy({ 0...most ~= $0 }) else { throw OracleError("\(shape) is no shape in reach") }
    guard !shape.contains(0) else { return 0 }
    return try shape.reduce(1) { count, size in
      guard count * size <= most else { throw OracleError("the shape \(shape) has too many entries") }
      return count * size
    }
  }

  private static func advance(_ index: inout [Int], _ shape: [Int]) {
    for dimension in index.indices.reversed() {
      index[dimension] += 1
      guard index[dimension] == shape[dimension] else { return }
      index[dimension] = 0
    }
  }
}

/// Why an oracle can say nothing about a computation.
struct OracleError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
