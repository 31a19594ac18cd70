// Chromium without a window, where there is one.

import Foundation

/// A browser that loads a page and says what its scripts made of it.
struct Browser {
  let executable: URL

  /// The browser that `CHROMIUM` names, or the first one on the path; nil, and a line that says so, where there is
  /// none.
  static let found: Browser? = {
    let environment = ProcessInfo.processInfo.environment
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    let candidates =
      [environment["CHROMIUM"]].compactMap { $0 } + names.flatMap { name in folders.map { "\($0)/\(name)" } }
    guard let path = candidates.first(where: FileManager.default.isExecutableFile) else {
      print("SKIPPED: there is no Chromium, nothing looked at the HTML report; install it or set CHROMIUM")
      return nil
    }
    return Browser(executable: URL(fileURLWithPath: path))
  }()

  /// The document after its scripts ran, or what the browser said against it within a minute.
  func document(of page: String, fragment: String = "", width: Int = 1280) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("report.html")
    try Data(page.utf8).write(to: file)
    let process = Process()
    process.executableURL = executable
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=5000",
      "--user-data-dir=\(folder.path)/profile", "--window-size=\(width),900", "--dump-dom",
      file.absoluteString + "#" + fragment,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    DispatchQueue.global().asyncAfter(deadline: .now() + 60) { if process.isRunning { process.terminate() } }
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }
}
