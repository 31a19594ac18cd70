// Reading and writing JSON.

import Conformance
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .int(0)),
    ("-12", .int(-12)), ("9223372036854775807", .int(.max)), ("9223372036854775808", .double(0x1p63)),
    ("1.5", .double(1.5)), ("-1e-3", .double(-0.001)), ("1E+2", .double(100)),
    ("Infinity", .double(.infinity)),
    ("-Infinity", .double(-.infinity)), ("\"\"", .string("")), ("\"größe\"", .string("größe")),
    ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("\"\\/\u{8}\u{C}\n\r\t")),
    ("\"\\u00e9\\ud83d\\ude00\"", .string("é😀")), ("[]", .array([])),
    ("[ 1 , [2] ]", .array([.int(1), .array([.int(2)])])),
    ("{}", .object([:])), ("{\"a\" : 1, \"b\": {}}", .object(["a": .int(1), "b": .object([:])])),
  ])
  func reading(_ text: String, _ expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test func notANumber() throws {
    #expect(try JSONValue(parsing: "NaN").doubleValue?.isNaN == true)
  }

  @Test(arguments: [
    "", " ", "nul", "tru e", "01", "-", "1.", ".5", "1e", "+1", "0x1", "1 2", "[1", "[1,]", "[,1]", "{",
    "{\"a\"}",
    "{\"a\":}", "{\"a\":1,}", "{a:1}", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
    "\"\\udc00\"", "\"\n\"", "{\"a\":1,\"a\":2}", "]", "\u{FEFF}1", "nan", "inf",
  ])
  func refusing(_ text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(64))
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(65)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
  }

  @Test func position() {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[1, x]") }
    #expect(error?.description == "unexpected text, at byte 4")
  }

  @Test func writing() throws {
    let value = JSONValue.object([
      "b": .array([.null, .bool(true), .int(-1), .double(0.5), .double(.infinity), .double(.nan)]),
      "a": .string("\"\\\n\t\u{1}\u{7F}é"),
    ])
    #expect(
      value.text
        == #"{"a": "\"\\\n\t\u0001\u007fé", "b": [null, true, -1, 0.5, null, null]}"#)
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
