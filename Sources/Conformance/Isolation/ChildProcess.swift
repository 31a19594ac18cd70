// A child process that is spoken to line by line, under limits of time and memory.

import Foundation
import Subprocess
import Synchronization

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// What a child may take while it is waited for.
struct ChildLimits: Equatable, Sendable {
  /// Seconds until the next line.
  var timeout: Double
  /// Bytes of resident memory, of the process and its descendants together.
  var memory: Int
}

/// A child process in a process group of its own, with pipes to its standard streams. Used by one thread.
///
/// Any failure ends the child: it is killed with its group.
final class ChildProcess {
  /// The longest line that is taken from a reader of files, which is a part of the harness.
  static let longestFinding = 16 << 20
  /// The longest line that is taken from an implementation: read as JSON, some take 200 times their length in memory.
  static let longestReply = 1 << 20

  private let longestLine: Int
  private let exit = Exit()
  private let process: pid_t
  private var input: Int32
  private let output: Int32
  private let error: Int32
  private var received: [UInt8] = []
  private var searched = 0
  private var tail: [UInt8] = []
  private var isErrorOpen = true
  private var failure: ChildFailure?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: The program.
  ///   - longestLine: How many bytes of its standard output are held.
  /// - Throws: ``ChildFailure`` when it cannot be started.
  init(_ command: ChildCommand, longestLine: Int = longestFinding) throws(ChildFailure) {
    self.longestLine = longestLine
    _ = Self.ignoresBrokenPipes
    let pipes: [Channel]
    do {
      pipes = [try Channel(), try Channel(), try Channel()]
    } catch {
      throw ChildFailure(.crash, "no pipe can be made: \(error)")
    }
    let configuration = command.configuration
    let exit = exit
    Task.detached {
      do {
        let result = try await Subprocess.run(
          configuration,
          input: .fileDescriptor(FileDescriptor(rawValue: pipes[0].reading), closeAfterSpawningProcess: true),
          output: .fileDescriptor(
            FileDescriptor(rawValue: pipes[1].writing), closeAfterSpawningProcess: true),
          error: .fileDescriptor(FileDescriptor(rawValue: pipes[2].writing), closeAfterSpawningProcess: true)
        ) { execution in
          exit.started(execution.processIdentifier.value)
        }
        exit.ended(result.terminationStatus)
      } catch {
        exit.failed("\(error)")
      }
    }
    (input, output, error) = (pipes[0].writing, pipes[1].reading, pipes[2].reading)
    switch exit.start() {
    case .success(let process): self.process = process
    case .failure(let failure):
      for end in [input, output, error] { close(end) }
      throw ChildFailure(.crash, "\(command.executable) cannot be started: \(failure.message)")
    }
    for end in [input, output, error] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
    ActiveChildren.insert(process)
  }

  deinit { end() }

  /// To write to a child that has gone is an error like any other.
  private static let ignoresBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

  /// What the child wrote to standard error last.
  private var standardError: String { String(decoding: tail, as: UTF8.self) }

  // MARK: - Conversation

  /// Writes a line to the child's standard input.
  ///
  /// - Throws: ``ChildFailure`` when the child is gone or does not read it in time.
  func send(_ line: String, _ limits: ChildLimits) throws(ChildFailure) {
    let bytes = Array((line + "\n").utf8)
    var sent = 0
    let deadline = Deadline(limits)
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { write(input, $0.baseAddress.map { $0 + sent }, bytes.count - sent) }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN || errno == EINTR {
        try wait(for: Int16(POLLOUT), deadline)
      } else {
        throw died()
      }
    }
  }

  /// The next line of the child's standard output, without its end.
  ///
  /// - Throws: ``ChildFailure`` when the child ends, takes too long or too much memory, or the line is not text.
  func receive(_ limits: ChildLimits) throws(ChildFailure) -> String {
    let deadline = Deadline(limits)
    while true {
      if let end = received[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = received[..<end]
        let text = String(validating: line, as: UTF8.self)
        received.removeFirst(end + 1)
        searched = 0
        guard let text else {
          throw fail(.malformed, "it writes bytes that are not UTF-8 to standard output")
        }
        return text
      }
      searched = received.count
      try wait(for: Int16(POLLIN), deadline)
    }
  }

  /// The next line; nil when the child has ended with status 0.
  ///
  /// - Throws: ``ChildFailure`` as ``receive(_:)``.
  func receiveUntilEnd(_ limits: ChildLimits) throws(ChildFailure) -> String? {
    do throws(ChildFailure) {
      return try receive(limits)
    } catch {
      guard exit.status == .exited(0) else { throw error }
      return nil
    }
  }

  /// Fails the conversation: the child said something that makes no sense.
  func malformed(_ reason: String) -> ChildFailure { fail(.malformed, reason) }

  /// Closes the child's standard input and gives it a moment to end by itself.
  ///
  /// - Parameter patience: The moment in seconds.
  /// - Returns: How it ended; nil when it still ran.
  @discardableResult
  func finish(patience: Double = 1) -> TerminationStatus? {
    if input >= 0 { close(input) }
    input = -1
    let status = exit.wait(seconds: patience)
    end()
    return status
  }

  // MARK: - Waiting

  /// Waits until something can be read or written, and reads what is there.
  private func wait(for event: Int16, _ deadline: Deadline) throws(ChildFailure) {
    while true {
      var descriptors = [
        pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isErrorOpen ? error : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: event == Int16(POLLOUT) ? input : -1, events: Int16(POLLOUT), revents: 0),
      ]
      let ready = poll(&descriptors, nfds_t(descriptors.count), Self.interval)
      if ready > 0 {
        if descriptors[1].revents != 0 { drainError() }
        if descriptors[0].revents != 0 {
          guard drain(output, { received += $0 }) else { throw died() }
          guard received.count <= longestLine else {
            throw fail(.malformed, "it writes more than \(longestLine) bytes where one line is expected")
          }
          if event == Int16(POLLIN) { return }
        }
        if descriptors[2].revents != 0 { return }
      }
      if deadline.isOver {
        throw fail(.timeout, "no answer within \(brief(deadline.limits.timeout)) seconds")
      }
      if ready == 0 || deadline.needsCheck { try checkMemory(deadline.limits) }
      // A descendant that holds the streams open must not hide that the child is gone.
      if ready == 0, exit.isOver { throw died() }
    }
  }

  private func checkMemory(_ limits: ChildLimits) throws(ChildFailure) {
    guard residentMemory(ofTree: process) > limits.memory else { return }
    throw fail(.memory, "it takes more than \(limits.memory >> 20) MiB")
  }

  /// Reads what is there, but not more than a pipe holds: somebody may write without end. False at the end of the
  /// stream.
  private func drain(_ descriptor: Int32, _ take: (UnsafeRawBufferPointer) -> Void) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
      take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      return true
    }
  }

  private func drainError() {
    guard isErrorOpen else { return }
    isErrorOpen = drain(error) { bytes in
      tail += bytes
      if tail.count > Self.tailLength { tail.removeFirst(tail.count - Self.tailLength) }
    }
  }

  private static let tailLength = 4096
  /// How often memory is looked at, in milliseconds.
  private static let interval: Int32 = 20

  // MARK: - The end

  /// The child has closed its standard output: how it ended.
  private func died() -> ChildFailure {
    if let failure { return failure }
    let status = exit.wait(seconds: 2)
    drainError()
    let reason =
      switch status {
      case .signaled(let number): Self.ending(by: number)
      case .exited(let code) where code > 128 && code < 160: Self.ending(by: code - 128)
      case .exited(let code): "it ended with status \(code)"
      case nil: "it closed its standard output"
      }
    return fail(.crash, reason)
  }

  private static func ending(by number: Int32) -> String {
    let names = [
      SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE",
      SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGPIPE: "SIGPIPE",
    ]
    return "it was ended by \(names[number] ?? "signal \(number)")"
  }

  private func fail(_ status: Status, _ reason: String) -> ChildFailure {
    if let failure { return failure }
    drainError()
    let failure = ChildFailure(status, reason, standardError: standardError)
    self.failure = failure
    end()
    return failure
  }

  /// Kills what is left of the process group, and waits for the child.
  private func end() {
    guard !hasEnded else { return }
    hasEnded = true
    killpg(process, SIGKILL)
    _ = exit.wait(seconds: 5)
    ActiveChildren.remove(process)
    for end in [input, output, error] where end >= 0 { close(end) }
  }

  private var hasEnded = false
}

/// When waiting ends.
private final class Deadline {
  let limits: ChildLimits
  private let end: ContinuousClock.Instant
  private var lastCheck = ContinuousClock.now

  init(_ limits: ChildLimits) {
    self.limits = limits
    end = .now + .seconds(min(limits.timeout, Self.forever))
  }

  /// Thirty years: clocks count no more than some hundred.
  private static let forever = 1e9

  var isOver: Bool { ContinuousClock.now >= end }

  /// Whether memory wasn't looked at for a while, though the child keeps talking.
  var needsCheck: Bool {
    guard ContinuousClock.now - lastCheck > .milliseconds(20) else { return false }
    lastCheck = .now
    return true
  }
}

/// A pipe whose ends programs that are started do not inherit.
private struct Channel {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }
}

/// How a child started and ended, told by the task that waits for it.
private final class Exit: Sendable {
  struct Failure: Error {
    let message: String
  }

  private struct State {
    var start: Result<pid_t, Failure>?
    var status: TerminationStatus?
    var isOver = false
  }

  private let state = Mutex(State())
  private let hasStarted = DispatchSemaphore(value: 0)
  private let hasEnded = DispatchSemaphore(value: 0)

  func started(_ process: pid_t) {
    state.withLock { $0.start = .success(process) }
    hasStarted.signal()
  }

  func ended(_ status: TerminationStatus) {
    state.withLock { ($0.status, $0.isOver) = (status, true) }
    hasEnded.signal()
  }

  func failed(_ message: String) {
    state.withLock { state in
      state.start = state.start ?? .failure(Failure(message: message))
      state.isOver = true
    }
    hasStarted.signal()
    hasEnded.signal()
  }

  var isOver: Bool { state.withLock { $0.isOver } }
  var status: TerminationStatus? { state.withLock { $0.status } }

  /// Waits until the child runs.
  func start() -> Result<pid_t, Failure> {
    hasStarted.wait()
    return state.withLock { $0.start } ?? .failure(Failure(message: "no reason given"))
  }

  /// Waits for the child's end; nil when it takes longer.
  func wait(seconds: Double) -> TerminationStatus? {
    if !isOver, hasEnded.wait(timeout: .now() + seconds) == .success {
      hasEnded.signal()
    }
    return status
  }
}
