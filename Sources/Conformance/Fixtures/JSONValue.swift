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
  /// The number's own type tells `true`, 1 and 1.0 apart, which casts and `JSONDecoder` don't. Numbers of many
  /// digits come as `NSDecimalNumber`, whose text is exact and whose `doubleValue` is not the nearest.
  private init(_ object: Any) throws {
    switch object {
    case is NSNull: self = .null
    case let number as NSDecimalNumber:
      self = .double(Double(number.stringValue) ?? number.doubleValue)
    case let number as NSNumber:
      switch UInt8(bitPattern: number.objCType.pointee) {
      case UInt8(ascii: "c"), UInt8(ascii: "B"): self = .bool(number.boolValue)
      case UInt8(ascii: "d"): self = .double(number.doubleValue)
      default: self = Int(exactly: number).map { .int($0) } ?? .double(number.doubleValue)
      }
    case let text as String: self = .string(text)
    case let elements as [Any]: self = .array(try elements.map { try JSONValue($0) })
    case let members as [String: Any]: self = .object(try members.mapValues { try JSONValue($0) })
    default: throw JSONError(description: "a value of an unknown type")
    }
  }

  /// JSON text, with members sorted by name.
  public var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .double(let value): Self.number(value)
    case .string(let value): Self.quoted(value)
    case .array(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }
        .map { Self.quoted($0.key) + ": " + $0.value.text }
        .joined(separator: ", ") + "}"
    }
  }

  /// A number as JSON; JSON has no infinities and no NaN, which become `null`.
  static func number(_ value: Double) -> String {
    value.isFinite ? "\(value)" : "null"
  }

  /// Text in quotation marks, with control characters escaped.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
