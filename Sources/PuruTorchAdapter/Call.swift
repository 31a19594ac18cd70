// The operands and arguments that an operation reads.

import Conformance
import PuruTorch

/// One call of an operation. It remembers what was read: whatever was not is unknown to the operation.
package final class Call {
  /// The table that the operation stands in.
  package let table: OperationTable
  /// The name under which the operation is called.
  package let operation: String
  private let inputs: [String: Tensor]
  private let arguments: [String: JSONValue]
  private var read: Set<String> = []
  /// The values between a model's layers that are wanted too.
  let traced: Set<String>

  init(
    _ operation: String, inputs: [String: Tensor], arguments: [String: JSONValue], traced: Set<String>,
    table: OperationTable
  ) {
    self.table = table
    self.traced = traced
    self.operation = operation
    self.inputs = inputs
    self.arguments = arguments
  }

  /// Refuses operands and arguments that the operation doesn't know.
  package func requireAllRead() throws {
    let unknown = Set(inputs.keys).union(arguments.keys).subtracting(read).sorted()
    guard unknown.isEmpty else {
      throw MalformedComputation("\(operation) knows no \(unknown.joined(separator: ", "))")
    }
  }

  // MARK: - Operands

  /// An operand that must be given.
  package func input(_ name: String = "input") throws -> Tensor {
    guard let tensor = optionalInput(name) else {
      throw MalformedComputation("\(operation) needs \(name)")
    }
    return tensor
  }

  /// An operand that may be absent.
  package func optionalInput(_ name: String) -> Tensor? {
    read.insert(name)
    return inputs[name]
  }

  /// All operands whose names begin with a prefix, by the rest of their names.
  package func inputs(under prefix: String) -> [String: Tensor] {
    var found: [String: Tensor] = [:]
    for (name, tensor) in inputs where name.hasPrefix(prefix) {
      read.insert(name)
      found[String(name.dropFirst(prefix.count))] = tensor
    }
    return found
  }

  /// All operands that were not read yet.
  package func unreadInputs() -> [String: Tensor] {
    let unread = inputs.filter { !read.contains($0.key) }
    read.formUnion(unread.keys)
    return unread
  }

  // MARK: - Arguments

  /// All arguments that were not read yet.
  package func unreadArguments() -> [String: JSONValue] {
    let unread = arguments.filter { !read.contains($0.key) }
    read.formUnion(unread.keys)
    return unread
  }

  /// Whether an argument is given.
  package func has(_ name: String) -> Bool { (arguments[name] ?? .null) != .null }

  /// An argument that may be absent, or null.
  package func optional<Argument: CallArgument>(_ name: String) throws -> Argument? {
    read.insert(name)
    guard let json = arguments[name], json != .null else { return nil }
    guard let value = Argument(argument: json) else {
      throw MalformedComputation("\(operation): \(name) is \(json.text), expected \(Argument.expected)")
    }
    return value
  }

  /// An argument with a default.
  package func argument<Argument: CallArgument>(_ name: String, default value: Argument) throws -> Argument {
    try optional(name) ?? value
  }

  /// An argument that must be given.
  package func argument<Argument: CallArgument>(_ name: String) throws -> Argument {
    guard let value: Argument = try optional(name) else {
      throw MalformedComputation("\(operation) needs \(name), \(Argument.expected)")
    }
    return value
  }
}

/// A type that arguments can have.
package protocol CallArgument {
  /// What the JSON value must be.
  static var expected: String { get }
  /// The value, or nil when the JSON is of another kind.
  init?(argument: JSONValue)
}

extension Int: CallArgument {
  package static var expected: String { "an integer" }

  package init?(argument: JSONValue) {
    guard let value = argument.intValue else { return nil }
    self = value
  }
}

extension Double: CallArgument {
  package static var expected: String { "a number" }

  package init?(argument: JSONValue) {
    guard let value = argument.doubleValue else { return nil }
    self = value
  }
}

extension Bool: CallArgument {
  package static var expected: String { "true or false" }

  package init?(argument: JSONValue) {
    guard let value = argument.boolValue else { return nil }
    self = value
  }
}

extension String: CallArgument {
  package static var expected: String { "a text" }

  package init?(argument: JSONValue) {
    guard let value = argument.stringValue else { return nil }
    self = value
  }
}

extension Array: CallArgument where Element: CallArgument {
  package static var expected: String { "a list, each element \(Element.expected)" }

  package init?(argument: JSONValue) {
    guard let values = argument.arrayValue else { return nil }
    self = values.compactMap { Element(argument: $0) }
    guard count == values.count else { return nil }
  }
}

/// An integer, or a list of them: a dimension or several.
package struct IntOrList: CallArgument {
  package static var expected: String { "an integer or a list of integers" }

  package let values: [Int]

  package init?(argument: JSONValue) {
    guard let values = argument.intValue.map({ [$0] }) ?? [Int](argument: argument) else { return nil }
    self.values = values
  }
}
