// Running the built command, as a user would.

import Foundation

/// What a command printed and how it ended.
struct Outcome: Equatable {
  var status: Int32
  var output: String
  var error: String
}

/// Runs `conformance` in a workspace, which is there until the command has ended.
func conformance(_ arguments: [String], in workspace: Workspace) throws -> Outcome {
  try withExtendedLifetime(workspace) { try conformance(arguments, in: workspace.url) }
}

/// Runs `conformance` in a directory.
func conformance(_ arguments: [String], in directory: URL) throws -> Outcome {
  let output = Pipe()
  let error = Pipe()
  let process = command(arguments, in: directory)
  process.standardOutput = output
  process.standardError = error
  try process.run()
  let text = try read(output.fileHandleForReading)
  let errorText = try read(error.fileHandleForReading)
  process.waitUntilExit()
  return Outcome(status: process.terminationStatus, output: text, error: errorText)
}

/// Runs `conformance` on a terminal, which `script` provides; returns what it prints there.
func conformanceOnTerminal(
  _ arguments: [String], in workspace: Workspace, environment: [String: String] = [:]
) throws -> String {
  defer { withExtendedLifetime(workspace) {} }
  let process = command([], in: workspace.url)
  let words = [executable.path] + arguments
  process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
  #if os(macOS)
    process.arguments = ["-q", "/dev/null"] + words
  #else
    process.arguments = ["-qc", words.joined(separator: " "), "/dev/null"]
  #endif
  process.environment = process.environment?.merging(environment) { $1 }
  let output = Pipe()
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = output
  try process.run()
  let text = try read(output.fileHandleForReading)
  process.waitUntilExit()
  return text.replacingOccurrences(of: "\r\n", with: "\n")
}

/// `conformance`, not yet started.
func command(_ arguments: [String], in directory: URL) -> Process {
  let process = Process()
  process.executableURL = executable
  process.arguments = arguments
  process.currentDirectoryURL = directory
  process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "NO_COLOR" }
  // A Swift program that crashes would print its backtrace, which is another each time.
  process.environment?["SWIFT_BACKTRACE"] = "enable=no"
  return process
}

private func read(_ handle: FileHandle) throws -> String {
  String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
}

/// The built command: it lies beside the tests.
private var executable: URL { product("conformance") }

/// The path of the command.
var conformancePath: String { executable.path }

/// The command line of the program that misbehaves.
var brokenImplementation: String { "exec " + brokenImplementationPath }

/// The path of the program that misbehaves.
var brokenImplementationPath: String { product("BrokenImplementation").path }

private func product(_ name: String) -> URL {
  let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
  let products = bundle?.bundleURL.deletingLastPathComponent() ?? Bundle.main.bundleURL
  return products.appendingPathComponent(name)
}
