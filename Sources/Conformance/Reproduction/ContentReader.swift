// The content digests of a suite's files, taken in a process of its own.

/// Asks an examiner for content digests; it is started again when a file ends it.
final class ContentReader {
  private let command: ChildCommand
  private var examiner: ChildProcess?

  init(_ command: ChildCommand) { self.command = command }

  deinit { examiner?.finish() }

  /// The content digest of a row's file, or why there is none.
  func digest(of row: Suite.Row, in suite: Suite) -> Result<String, FixtureError> {
    do {
      let path = try suite.path(of: row)
      let child = try examiner ?? ChildProcess(command)
      examiner = child
      try child.send(Examination.content(file: path).line, Self.limits)
      switch try Finding(line: child.receive(Self.limits)) {
      case .done(let digest?): return .success(digest)
      case .unreadable(let reason): return .failure(FixtureError(reason))
      default: throw child.malformed("it answers with something else")
      }
    } catch let error as UnusableFile {
      return .failure(FixtureError(error.reason))
    } catch let error as ChildFailure {
      examiner = nil
      return .failure(FixtureError("the reader failed: \(error.message)"))
    } catch {
      examiner = nil
      return .failure(FixtureError("the reader failed: \(error)"))
    }
  }

  private static let limits = ChildLimits(timeout: 60, memory: 800 << 20)
}
