// What must not outlive the run: child processes and the directory of temporary files.

import Foundation
import Synchronization

/// The child processes and temporary directories of this process.
///
/// After ``removeOnSignals()`` they are ended and removed when the process is told to end, too.
public enum ActiveChildren {
  private struct State {
    var groups: Set<pid_t> = []
    var directories: Set<String> = []
    var sources: [any DispatchSourceSignal] = []
    var isEnding = false
  }

  private static let state = Mutex(State())

  static func insert(_ group: pid_t) {
    let isEnding = state.withLock { state in
      state.groups.insert(group)
      return state.isEnding
    }
    if isEnding { killpg(group, SIGKILL) }
  }

  /// Forgets a group that has ended. A process that is being ended by a signal stays here until it is over: it must
  /// not go on and report the deaths of its children.
  static func remove(_ group: pid_t) {
    let isEnding = state.withLock { state in
      state.groups.remove(group)
      return state.isEnding
    }
    while isEnding { sleep(1) }
  }

  /// Makes a directory for files between this process and its children, which only this user can enter.
  static func makeDirectory() throws -> URL {
    let template = FileManager.default.temporaryDirectory.appendingPathComponent("conformance-XXXXXX").path
    var path = Array(template.utf8CString)
    guard mkdtemp(&path) != nil else {
      throw SuiteError(
        description: "\(FileManager.default.temporaryDirectory.path): no directory can be made there")
    }
    let name = path.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    state.withLock { _ = $0.directories.insert(name) }
    return URL(fileURLWithPath: name, isDirectory: true)
  }

  static func removeDirectory(_ directory: URL) {
    try? FileManager.default.removeItem(at: directory)
    state.withLock { _ = $0.directories.remove(directory.path) }
  }

  /// Handles SIGINT, SIGTERM and SIGHUP from now on: children are ended, temporary files removed, and the process
  /// ends with the signal, as it would have without this.
  public static func removeOnSignals() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number, SIG_IGN)
      state.withLock { state in
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
        source.setEventHandler { end(number) }
        source.resume()
        state.sources.append(source)
      }
    }
  }

  private static func end(_ number: Int32) {
    let (groups, directories) = state.withLock { state in
      state.isEnding = true
      return (state.groups, state.directories)
    }
    for group in groups { killpg(group, SIGKILL) }
    for directory in directories { try? FileManager.default.removeItem(atPath: directory) }
    signal(number, SIG_DFL)
    kill(getpid(), number)
  }
}
