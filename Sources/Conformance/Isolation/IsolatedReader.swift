// Reading foreign files in a child process: libhdf5 can crash on a damaged one.

import Foundation

/// A reader that failed at a file.
public struct ReaderFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// Why, such as `it was ended by SIGSEGV`.
  public let description: String
}

/// Finds out what fixtures say of themselves, in a child process that may fail at any of them.
final class FixtureDescriber {
  private let examiner: ChildCommand
  private let limits: ChildLimits
  private var child: ChildProcess?

  /// A describer.
  ///
  /// - Parameters:
  ///   - examiner: A program that runs ``Examiner/run()``.
  ///   - timeout: Seconds that a file may take.
  init(examiner: ChildCommand, timeout: Double) {
    self.examiner = examiner
    limits = ChildLimits(timeout: timeout, memory: Lane.examinerLimits.memory)
  }

  deinit { child?.finish() }

  /// A fixture's id and title; nil when it can't be opened.
  ///
  /// - Throws: ``ReaderFailure`` when the child crashes, or takes too long or too much memory.
  func describe(_ path: String) throws(ReaderFailure) -> (id: String, title: String)? {
    do throws(ChildFailure) {
      if child == nil { child = try ChildProcess(examiner) }
      guard let child else { return nil }
      try child.send(Examination.describe(file: path).line, limits)
      let line = try child.receive(limits)
      guard case .opened(let id, let title, _, _)? = try? Finding(line: line)
      else { return nil }
      return (id, title)
    } catch {
      child = nil
      throw ReaderFailure(description: error.message)
    }
  }
}

extension Suite {
  /// Finds the rows of a directory whose files come from outside: without a manifest a child process opens them.
  ///
  /// - Parameters:
  ///   - directory: The directory.
  ///   - examiner: A program that runs ``Examiner/run()``.
  ///   - timeout: Seconds that a file may take to say which row it is; ten by default.
  /// - Throws: ``SuiteError`` as ``init(directory:describe:)``.
  public init(
    directory: String, examiner: ChildCommand, timeout: Double = IsolatedRunner.Limits().timeout
  ) throws {
    let describer = FixtureDescriber(examiner: examiner, timeout: timeout)
    try self.init(directory: URL(fileURLWithPath: directory, isDirectory: true), describe: describer.describe)
  }
}

/// Runs a program that reads foreign files, under the limits that the harness gives such programs.
public struct IsolatedReader: Sendable {
  private let command: ChildCommand

  /// A reader.
  public init(_ command: ChildCommand) { self.command = command }

  /// Runs the program to its end, and hands on the lines of its standard output as they come.
  ///
  /// - Throws: ``ReaderFailure`` when it ends by a signal or with another status than 0, or takes too long or too
  ///   much memory.
  public func run(_ take: (String) -> Void) throws(ReaderFailure) {
    do throws(ChildFailure) {
      let child = try ChildProcess(command)
      while let line = try child.receiveUntilEnd(Lane.examinerLimits) { take(line) }
    } catch {
      throw ReaderFailure(description: error.message)
    }
  }
}
