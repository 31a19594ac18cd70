// The programs that are started as child processes.

import Foundation
import Subprocess

/// A program with its arguments, and what is changed in its environment.
public struct ChildCommand: Equatable, Sendable {
  /// The path of the program.
  public let executable: String
  /// The arguments.
  public let arguments: [String]
  /// Variables that are set beside those that are inherited.
  public let environment: [String: String]

  /// A program that is run directly.
  public init(_ executable: String, _ arguments: [String] = [], environment: [String: String] = [:]) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }

  /// A command line that the shell runs.
  public init(shell line: String) {
    self.init("/bin/sh", ["-c", line])
  }

  /// The running program itself, with other arguments. When it crashes it doesn't print where: the addresses would
  /// be all that a report tells.
  ///
  /// - Parameters:
  ///   - arguments: The arguments.
  ///   - environment: Variables to set.
  public static func own(_ arguments: [String], environment: [String: String] = [:]) -> ChildCommand {
    let path = Bundle.main.executablePath ?? CommandLine.arguments.first ?? ""
    let silent = ["SWIFT_BACKTRACE": "enable=no"]
    return ChildCommand(path, arguments, environment: silent.merging(environment) { $1 })
  }

  /// How it is started: in a process group of its own.
  var configuration: Configuration {
    var options = PlatformOptions()
    options.processGroupID = 0
    let variables = environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
    return Configuration(
      executable: .path(.init(executable)), arguments: .init(arguments),
      environment: .inherit.updating(Dictionary(uniqueKeysWithValues: variables)), platformOptions: options)
  }
}
