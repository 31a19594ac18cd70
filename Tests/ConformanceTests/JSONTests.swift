// Reading and writing JSON.

import Conformance
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .int(0)),
    ("-12", .int(-12)), ("9223372036854775807", .int(.max)), ("9223372036854775808", .double(0x1p63)),
    ("1.5", .double(1.5)), ("-1e-3", .double(-0.001)), ("1E+2", .double(100)),
    ("1", .int(1)), ("1.0", .double(1)), ("1e3", .double(1000)), ("18446744073709551616", .double(0x1p64)),
    ("5e-324", .double(.leastNonzeroMagnitude)), ("0.30000000000000004", .double(0.30000000000000004)),
    ("[1, 1.0, true, 0, false]", .array([.int(1), .double(1), .bool(true), .int(0), .bool(false)])),
    ("\"\"", .string("")), ("\"größe\"", .string("größe")),
    ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("\"\\/\u{8}\u{C}\n\r\t")),
    ("\"\\u00e9\\ud83d\\ude00\"", .string("é😀")), ("[]", .array([])),
    ("[ 1 , [2] ]", .array([.int(1), .array([.int(2)])])),
    ("{}", .object([:])), ("{\"a\" : 1, \"b\": {}}", .object(["a": .int(1), "b": .object([:])])),
  ])
  func reading(_ text: String, _ expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test(arguments: [
    "", " ", "nul", "tru e", "01", "-", "1.", ".5", "1e", "+1", "0x1", "1 2", "[1", "[1,,]", "[,1]", "{",
    "{\"a\"}",
    "{\"a\":}", "{\"a\":1,,}", "{a:1}", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
    "\"\\udc00\"", "\"\n\"", "]", "nan", "inf", "NaN", "Infinity", "-Infinity", "1e400",
  ])
  func refusing(_ text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test func everyDoubleIsReadExactly() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<10_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite, value != 0 else { continue }
      #expect(try JSONValue(parsing: "\(value)") == .double(value))
    }
  }

  @Test func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(64))
    for bomb in ["[", "{\"a\":"] {
      for depth in [513, 100_000, 1_000_000] {
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: bomb, count: depth)) }
      }
    }
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(100_000)) }
    #expect(error?.description.contains("nested") == true)
  }

  @Test func position() {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[1, x]") }
    #expect(error?.description.contains("character 4") == true)
  }

  @Test func writing() throws {
    let value = JSONValue.object([
      "b": .array([.null, .bool(true), .int(-1), .double(0.5), .double(.infinity), .double(.nan)]),
      "a": .string("\"\\\n\t\u{1}\u{7F}\u{9B}\u{A0}é"),
    ])
    #expect(
      value.text
        == #"{"a": "\"\\\n\t\u0001\u007f\u009b é", "b": [null, true, -1, 0.5, null, null]}"#)
  }

  @Test func accessors() {
    #expect(JSONValue.int(2).doubleValue == 2)
    #expect(JSONValue.double(2).intValue == nil)
    #expect(JSONValue.bool(true).intValue == nil)
    #expect(JSONValue.string("a").stringValue == "a")
    #expect(JSONValue.array([.null]).arrayValue == [.null])
    #expect(JSONValue.object([:]).objectValue == [:])
  }
}
