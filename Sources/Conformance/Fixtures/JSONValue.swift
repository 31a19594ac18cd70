// JSON data: arguments of operations, manifests and provenance.

import Foundation

/// A JSON value. Whole numbers stay integers.
public enum JSONValue: Equatable, Sendable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A number written without fraction and exponent, less than 2⁶³ in magnitude.
  case int(Int)
  /// Any other number.
  case double(Double)
  /// Text.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object.
  case object([String: JSONValue])

  /// The truth value; nil for anything else.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The integer; nil for anything else.
  public var intValue: Int? {
    if case .int(let value) = self { value } else { nil }
  }

  /// The number, integer or not; nil for anything else.
  public var doubleValue: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The text; nil for anything else.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The elements; nil for anything else.
  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The members; nil for anything else.
  public var objectValue: [String: JSONValue]? {
    if case .object(let value) = self { value } else { nil }
  }
}

/// Text that is not JSON.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong and where.
  public let description: String
}

extension JSONValue {
  /// Reads JSON text with Foundation's `JSONSerialization`.
  ///
  /// - Throws: ``JSONError`` when it is not JSON or nests deeper than 512 levels.
  public init(parsing text: String) throws {
    do {
      self = try JSONValue(
        JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
    } catch let error as JSONError {
      throw error
    } catch {
      let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
      throw JSONError(description: reason ?? error.localizedDescription)
    }
  }

  /// What `JSONSerialization` makes of a text.
  ///
  /// Swift's own types come first: to be compared with a class, a dictionary is copied into one.
  private init(_ object: Any) throws {
    switch object {
    case let text as String: self = .string(text)
    case let members as [String: Any]: self = .object(try members.mapValues { try JSONValue($0) })
    case let elements as [Any]: self = .array(try elements.map { try JSONValue($0) })
    case let number as NSNumber: self = Self.number(number)
    case is NSNull: self = .null
    default: throw JSONError(description: "a value of an unknown type")
    }
  }

  /// The number's own type tells `true`, 1 and 1.0 apart, which casts and `JSONDecoder` don't. Numbers of many
  /// digits come as `NSDecimalNumber`, whose text is exact and whose `doubleValue` is not the nearest.
  private static func number(_ number: NSNumber) -> JSONValue {
    if let decimal = number as? NSDecimalNumber {
      return .double(Double(decimal.stringValue) ?? decimal.doubleValue)
    }
    switch UInt8(bitPattern: number.objCType.pointee) {
    case UInt8(ascii: "c"), UInt8(ascii: "B"): return .bool(number.boolValue)
    case UInt8(ascii: "d"): return .double(number.doubleValue)
    default: return Int(exactly: number).map { .int($0) } ?? .double(number.doubleValue)
    }
  }

  /// JSON text, with members sorted by name.
  public var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += "\(value)"
    case .double(let value): text += Self.number(value)
    case .string(let value): text += Self.quoted(value)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += ", " }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, (name, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        text += index > 0 ? ", " : ""
        text += Self.quoted(name)
        text += ": "
        value.write(to: &text)
      }
      text += "}"
    }
  }

  /// A number as JSON; JSON has no infinities and no NaN, which become `null`.
  static func number(_ value: Double) -> String {
    value.isFinite ? "\(value)" : "null"
  }

  /// Text in quotation marks, with control characters escaped.
  static func quoted(_ text: String) -> String {
    // 0xC2 begins the control characters after 0x7F, and some that are none.
    let needsNoEscape = text.utf8.allSatisfy {
      $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F && $0 != 0xC2
    }
    if needsNoEscape { return "\"" + text + "\"" }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.properties.generalCategory == .control:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
