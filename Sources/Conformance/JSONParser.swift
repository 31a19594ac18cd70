// Reading JSON text.

/// A recursive-descent parser over UTF-8 bytes.
struct JSONParser {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private static let deepest = 64

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The one value that the text consists of.
  mutating func document() throws -> JSONValue {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw error("unexpected text after the value") }
    return value
  }

  private mutating func value() throws -> JSONValue {
    skipSpace()
    guard let first = peek() else { throw error("the text ends early") }
    switch first {
    case UInt8(ascii: "{"): return .object(try nested { try $0.members() })
    case UInt8(ascii: "["): return .array(try nested { try $0.elements() })
    case UInt8(ascii: "\""): return .string(try string())
    default: return try word()
    }
  }

  private mutating func nested<Result>(_ body: (inout JSONParser) throws -> Result) throws -> Result {
    depth += 1
    guard depth <= Self.deepest else { throw error("nested deeper than \(Self.deepest) levels") }
    position += 1
    let result = try body(&self)
    depth -= 1
    return result
  }

  private mutating func members() throws -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    if take("}") { return members }
    repeat {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw error("a member's name is expected") }
      let name = try string()
      guard take(":") else { throw error("a colon is expected") }
      let value = try value()
      guard members.updateValue(value, forKey: name) == nil else {
        throw error("the member \"\(name)\" is there twice")
      }
    } while take(",")
    guard take("}") else { throw error("a comma or a closing brace is expected") }
    return members
  }

  private mutating func elements() throws -> [JSONValue] {
    var elements: [JSONValue] = []
    if take("]") { return elements }
    repeat {
      elements.append(try value())
    } while take(",")
    guard take("]") else { throw error("a comma or a closing bracket is expected") }
    return elements
  }

  /// A number, or one of the names.
  private mutating func word() throws -> JSONValue {
    let start = position
    while let byte = peek(), !",]} \t\r\n".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    switch text {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "NaN": return .double(.nan)
    case "Infinity": return .double(.infinity)
    case "-Infinity": return .double(-.infinity)
    default: break
    }
    guard Self.isNumber(bytes[start..<position]) else {
      position = start
      throw error("unexpected text")
    }
    if let value = Int(text) { return .int(value) }
    guard let value = Double(text) else { throw error("unexpected number") }
    return .double(value)
  }

  /// Whether the text is a number by JSON's grammar.
  private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    func takeDigits() -> Int {
      let digits = rest.prefix(while: isDigit)
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    func take(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take("-")
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let digits = takeDigits()
    guard digits == 1 || (digits > 1 && !startsWithZero) else { return false }
    if take(".") {
      guard takeDigits() > 0 else { return false }
    }
    if take("eE") {
      _ = take("+-")
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let result = String(validating: text, as: UTF8.self) else {
          throw error("the text is not UTF-8")
        }
        return result
      case UInt8(ascii: "\\"):
        text += String(try escape()).utf8
      case ..<0x20:
        throw error("a control character in a string")
      default:
        text.append(byte)
      }
    }
    throw error("a string without its end")
  }

  private mutating func escape() throws -> Character {
    guard let byte = peek() else { throw error("a string without its end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return Character(try unicodeEscape())
    default: throw error("an unknown escape")
    }
  }

  /// A scalar from one `\u` escape, or from the two of a surrogate pair.
  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, peek() == UInt8(ascii: "\\") else { throw error("half a surrogate pair") }
    position += 1
    guard peek() == UInt8(ascii: "u") else { throw error("half a surrogate pair") }
    position += 1
    let second = try hexadecimal()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw error("half a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws -> UInt32 {
    let digits = bytes[position...].prefix(4)
    let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard digits.count == 4, isHexadecimal,
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits are expected") }
    position += 4
    return value
  }

  private func peek() -> UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  /// Skips space and then the character given, if it is next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek(), " \t\r\n".utf8.contains(byte) { position += 1 }
  }

  private func error(_ reason: String) -> JSONError {
    JSONError(description: "\(reason), at byte \(position)")
  }
}
