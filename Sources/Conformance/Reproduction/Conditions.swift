// Under what the suite is run, which must not change a bit of its results.

/// What an implementation is told to use.
public struct Conditions: Sendable {
  /// What statements call them, such as `v3, 2 threads`.
  public let name: String
  /// Starts the implementation.
  public let implementation: ChildCommand
  /// Prints one line that says what really is used: ``name``.
  public let probe: ChildCommand

  /// Conditions.
  ///
  /// - Parameters:
  ///   - name: What they are called.
  ///   - implementation: Starts the implementation under them.
  ///   - probe: A program that prints their name when it finds itself under them.
  public init(_ name: String, implementation: ChildCommand, probe: ChildCommand) {
    (self.name, self.implementation, self.probe) = (name, implementation, probe)
  }

  /// Makes sure that they are as they are called.
  ///
  /// - Throws: ``ImplementationError`` when the probe says otherwise.
  func check() throws(ImplementationError) {
    let found: String
    do throws(ChildFailure) {
      let child = try ChildProcess(probe)
      found = try child.receive(ChildLimits(timeout: 60, memory: 1 << 30))
      child.finish()
    } catch {
      throw ImplementationError(description: "\(name): the probe failed: \(error.message)")
    }
    guard found == name else {
      throw ImplementationError(description: "asked for \(name), the implementation uses \(found)")
    }
  }
}
