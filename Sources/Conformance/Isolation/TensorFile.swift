// The HDF5 files of the protocol: an index in JSON, and the elements of all tensors of a type in one dataset.

import HDF5

/// Collects tensors for a file.
struct TensorPacker {
  private var float32: [Float] = []
  private var float64: [Double] = []
  private var int64: [Int64] = []
  private var bool: [UInt8] = []

  /// Takes a value, and gives what the index says of it.
  mutating func pack(_ value: Value) -> [String: JSONValue] {
    var entry: [String: JSONValue] = [
      "dtype": .string(value.dtype), "shape": .array(value.shape.map { .int($0) }),
    ]
    switch value.elements {
    case .float32(let elements): entry["offset"] = .int(append(elements, to: &float32))
    case .float64(let elements): entry["offset"] = .int(append(elements, to: &float64))
    case .int64(let elements): entry["offset"] = .int(append(elements, to: &int64))
    case .bool(let elements): entry["offset"] = .int(append(elements.map { $0 ? 1 : 0 }, to: &bool))
    case .string(let elements): entry["strings"] = .array(elements.map { .string($0) })
    }
    return entry
  }

  /// Takes values by their names, and gives what the index says of them.
  mutating func pack(_ values: [String: Value]) -> JSONValue {
    var entries: [String: JSONValue] = [:]
    for (name, value) in values.sorted(by: { $0.key < $1.key }) { entries[name] = .object(pack(value)) }
    return .object(entries)
  }

  private func append<Element>(_ elements: [Element], to pool: inout [Element]) -> Int {
    defer { pool += elements }
    return pool.count
  }

  /// Writes a file with an index of samples.
  func write(_ index: [String: JSONValue], to path: String, attributes: [String: JSONValue] = [:]) throws {
    let file = try HDF5File(creating: path)
    let root = try file.root()
    for (name, value) in attributes {
      if let number = value.intValue { try root.attributes.set(name, number) }
      if let text = value.stringValue { try root.attributes.set(name, text) }
    }
    try root.write(HDF5Array(shape: [], .strings([JSONValue.object(index).text])), to: "index")
    if !float32.isEmpty { try root.write(HDF5Array(.float32(float32)), to: "float32") }
    if !float64.isEmpty { try root.write(HDF5Array(.float64(float64)), to: "float64") }
    if !int64.isEmpty { try root.write(HDF5Array(.int64(int64)), to: "int64") }
    if !bool.isEmpty { try root.write(HDF5Array(.uint8(bool)), to: "bool") }
    try file.flush()
  }
}

/// The tensors of a file.
struct TensorPool {
  private let index: [String: JSONValue]
  private let float32: [Float]
  private let float64: [Double]
  private let int64: [Int64]
  private let bool: [UInt8]

  /// Reads a file.
  ///
  /// - Throws: `HDF5Error` or ``FixtureError`` when it isn't one of the protocol's.
  init(reading path: String) throws {
    let root = try HDF5File(reading: path).root()
    guard case .strings(let texts) = try root.dataset("index").read().elements, texts.count == 1 else {
      throw FixtureError("the index is no text")
    }
    do {
      guard let index = try JSONValue(parsing: texts[0]).objectValue else {
        throw FixtureError("the index is no JSON object")
      }
      self.index = index
    } catch let error as JSONError {
      throw FixtureError("the index is not JSON: \(error)")
    }
    func pool<Element>(_ dtype: String, _ take: (HDF5Array.Elements) -> [Element]?) throws -> [Element] {
      guard root.contains(dtype) else { return [] }
      guard let elements = take(try root.dataset(dtype).read().elements) else {
        throw FixtureError("the elements of \(dtype) are of another type")
      }
      return elements
    }
    float32 = try pool("float32") { if case .float32(let values) = $0 { values } else { nil } }
    float64 = try pool("float64") { if case .float64(let values) = $0 { values } else { nil } }
    int64 = try pool("int64") { if case .int64(let values) = $0 { values } else { nil } }
    bool = try pool("bool") { if case .uint8(let values) = $0 { values } else { nil } }
    guard bool.allSatisfy({ $0 <= 1 }) else { throw FixtureError("a Boolean is neither 0 nor 1") }
  }

  /// What the index says of a sample.
  ///
  /// - Throws: ``FixtureError`` when it says nothing.
  func entry(of sample: String) throws -> [String: JSONValue] {
    guard let entry = index[sample]?.objectValue else {
      throw FixtureError("the index lacks the sample \(JSONValue.quoted(sample))")
    }
    return entry
  }

  /// The values that a member of an entry names; none when it is absent.
  ///
  /// - Throws: ``FixtureError`` when it is malformed.
  func values(_ member: JSONValue?) throws -> [String: Value] {
    guard let member, member != .null else { return [:] }
    guard let entries = member.objectValue else {
      throw FixtureError("the index holds no tensors where it should")
    }
    var values: [String: Value] = [:]
    for (name, entry) in entries { values[name] = try value(entry, name) }
    return values
  }

  /// The value that an entry describes.
  ///
  /// - Throws: ``FixtureError`` when it is malformed, or reaches beyond the elements that are there.
  func value(_ entry: JSONValue, _ name: String) throws -> Value {
    func fault(_ reason: String) -> FixtureError {
      FixtureError("\(JSONValue.quoted(name)) in the index \(reason)")
    }
    let members = entry.objectValue ?? [:]
    guard let sizes = members["shape"]?.arrayValue?.map({ $0.intValue ?? -1 }),
      !sizes.contains(where: { $0 < 0 })
    else { throw fault("has no shape") }
    guard let dtype = members["dtype"]?.stringValue else { throw fault("has no dtype") }
    var count = 1
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow || sizes.contains(0) else { throw fault("has a shape that nothing can have") }
      count = overflow ? 0 : product
    }
    if sizes.contains(0) { count = 0 }
    func slice<Element>(_ pool: [Element]) throws -> ArraySlice<Element> {
      guard let offset = members["offset"]?.intValue, offset >= 0 else { throw fault("has no offset") }
      guard offset <= pool.count, count <= pool.count - offset else {
        throw fault("takes \(count) elements of \(dtype) from \(offset), there are \(pool.count)")
      }
      return pool[offset..<offset + count]
    }
    switch dtype {
    case "float32": return Value(shape: sizes, .float32(Array(try slice(float32))))
    case "float64": return Value(shape: sizes, .float64(Array(try slice(float64))))
    case "int64": return Value(shape: sizes, .int64(Array(try slice(int64))))
    case "bool": return Value(shape: sizes, .bool(try slice(bool).map { $0 == 1 }))
    case "string":
      let strings = members["strings"]?.arrayValue?.compactMap(\.stringValue) ?? []
      guard strings.count == count, members["strings"]?.arrayValue?.count == count else {
        throw fault("has not \(count) strings")
      }
      return Value(shape: sizes, .string(strings))
    default: throw fault("has the dtype \(JSONValue.quoted(dtype))")
    }
  }
}
