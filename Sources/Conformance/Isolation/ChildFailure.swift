// What can end a conversation with a child process.

/// Why a child process did not answer.
struct ChildFailure: Error, Equatable, Sendable {
  /// ``Status/crash``, ``Status/timeout``, ``Status/memory`` or ``Status/malformed``.
  let status: Status
  /// A sentence, with the last lines of standard error where there are any.
  let message: String

  /// A failure; of what was written to standard error the last lines are kept.
  init(_ status: Status, _ reason: String, standardError: String = "") {
    self.status = status
    let lines = standardError.split(whereSeparator: \.isNewline).suffix(Self.mostLines)
    message = lines.isEmpty ? reason : reason + "; standard error: " + lines.joined(separator: " | ")
  }

  /// A failure with a message that says it all.
  init(status: Status, message: String) {
    self.status = status
    self.message = message
  }

  private static let mostLines = 5
}
