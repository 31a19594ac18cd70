// Implementations that misbehave, one for every status: the report to the letter, and nothing left behind.

import Conformance
import Foundation
import Testing

@Suite struct IsolationTests {
  /// The rows that come before the score table when `broken` scores the rows.
  private func details(
    _ rows: [(id: String, operations: [String])], _ options: [String] = [],
    implementation: String = brokenImplementation
  ) throws -> [String] {
    let workspace = try Workspace(rows: rows)
    let outcome = try conformance(
      ["run", "--implementation", implementation, "--jobs", "1"] + options, in: workspace)
    #expect(outcome.error == "" && outcome.status == 1)
    let lines = outcome.output.components(separatedBy: "\n")
    return Array(lines.prefix { $0 != "Summary:" }.dropLast())
  }

  /// What the report says of a sample that misbehaves between two that are right.
  private func message(_ operation: String, _ options: [String] = []) throws -> [String] {
    try details([("r", ["add", operation, "add"])], options)
  }

  @Test(arguments: [
    ("abort", "it was ended by SIGABRT"), ("segfault", "it was ended by SIGSEGV"),
    ("overflow", "it was ended by SIGSEGV"), ("exit", "it ended with status 3"),
  ])
  func crash(_ operation: String, _ reason: String) throws {
    #expect(try message(operation) == ["Row r (r): crash", "  sample 0001: \(reason)"])
  }

  @Test func trapWithItsLastWords() throws {
    let lines = try message("trap")
    #expect(lines.count == 2 && lines.first == "Row r (r): crash")
    let line = try #require(lines.last)
    #expect(line.hasPrefix("  sample 0001: it was ended by SIG"))
    #expect(line.contains("; standard error: about to index an empty array"))
  }

  @Test func timeout() throws {
    #expect(
      try message("endless", ["--timeout", "0.5"])
        == ["Row r (r): timeout", "  sample 0001: no answer within 0.5 seconds"])
  }

  @Test(arguments: ["inf", "1e300"])
  func asMuchTimeAsThereIs(_ seconds: String) throws {
    let outcome = try conformance(["run", "--timeout", seconds], in: Workspace(["right"]))
    #expect(outcome.status == 0 && outcome.error == "")
  }

  @Test func memory() throws {
    #expect(
      try message("hoard", ["--memory", "200"])
        == ["Row r (r): memory", "  sample 0001: it takes more than 200 MiB"])
  }

  @Test(arguments: [
    (
      "chatter",
      "it writes to standard output what is no reply: \"computing 0001 ...\" (it is not JSON: "
        + "Invalid value around character 0.)"
    ),
    ("binary", "it writes bytes that are not UTF-8 to standard output"),
    ("long", "it writes more than 1048576 bytes where one line is expected"),
    (
      "other-sample",
      #"it writes a reply that is not expected: {"id": 1, "sample": "9999", "status": "answered"}"#
    ),
    (
      "other-status",
      #"it writes to standard output what is no reply: "{\"id\": 1, \"sample\": \"0001\", "#
        + #"\"status\": \"perhaps\"}" (there is no status "perhaps")"#
    ),
    ("early", #"it writes a reply that is not expected: {"id": 1, "status": "done"}"#),
  ])
  func repliesThatMakeNoSense(_ operation: String, _ reason: String) throws {
    #expect(try message(operation) == ["Row r (r): protocol", "  sample 0001: \(reason)"])
  }

  @Test(arguments: [
    ("beyond", "takes 1 elements of float32 from 7, there are 3"), ("shapeless", "has no shape"),
    ("negative", "has no offset"), ("texts", "has not 2 strings"),
    ("huge", "has a shape that nothing can have"),
  ])
  func answersThatMakeNoSense(_ operation: String, _ reason: String) throws {
    let place = "  sample 0001 (\(operation), float32): the answer cannot be read: \"output\" in the index"
    #expect(try message(operation) == ["Row r (r): protocol", "\(place) \(reason)"])
  }

  @Test(arguments: [
    ("no-file", "no such file"), ("text-file", "is not a readable HDF5 file: file signature not found"),
    ("no-index", "the index is not JSON: Unexpected end of file during JSON parse."),
    ("maybe", "a Boolean is neither 0 nor 1"),
  ])
  func answersThatCannotBeRead(_ operation: String, _ reason: String) throws {
    let lines = try message(operation)
    #expect(lines.first == "Row r (r): protocol" && lines.count == 2)
    #expect(lines.last?.hasPrefix("  sample 0000 and 2 more: the answers cannot be read: ") == true)
    #expect(lines.last?.hasSuffix(reason) == true)
  }

  @Test func answersWithoutTheOutput() throws {
    #expect(
      try message("silent") == [
        "Row r (r): fail", "  sample 0001 (silent, float32): outputs/output is absent",
      ])
  }

  @Test func whereAModelDeparts() throws {
    #expect(
      try message("detour") == [
        "Row r (r): fail",
        "  sample 0001 (detour, float32): outputs/output at [0]: 4.0, expected 3.0; E 2.8e+06, limit 8",
        "  departs first: forward, second at [0]: 4.0, expected 3.0; E 2.8e+06, limit 8",
      ])
  }

  /// Where no value is far off, the first beyond its limit counts.
  @Test func whereAModelDepartsALittle() throws {
    #expect(
      try message("drift").last
        == "  departs first: forward, second at [0]: 3.00001, expected 3.0; E 28, limit 8")
  }

  @Test func lackAndRefusal() throws {
    #expect(
      try message("lack") == ["Row r (r): unsupported", "  sample 0001 (lack, float32): no lack"])
    #expect(
      try message("refuse") == ["Row r (r): error", "  sample 0001 (refuse, float32): error: I won't"])
  }

  /// What was answered before a failure counts, and what comes after it is asked of a new process.
  @Test func samplesAroundAFailure() throws {
    let workspace = try Workspace(rows: [("r", ["add", "add", "abort", "add", "exit", "add"])])
    let outcome = try conformance(
      ["run", "--implementation", brokenImplementation, "--format", "json"], in: workspace)
    let report = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let rows = report?["rows"] as? [[String: Any]]
    let samples = rows?.first?["samples"] as? [[String: Any]] ?? []
    #expect(samples.map { $0["name"] as? String } == (0..<6).map { "000\($0)" })
    #expect(
      samples.map { $0["status"] as? String } == ["pass", "pass", "crash", "pass", "crash", "pass"])
  }

  @Test(arguments: [
    ("sum/left", "Sum: Right", nil, #"it is "sum/right", "Sum: Right", not this row"#),
    ("sum/right", "Sum: Left", nil, #"it is "sum/right", "Sum: Right", not this row"#),
    ("sum/right", "Sum: Right", "00", "the SHA-256 is not the manifest's"),
  ])
  func filesThatTheManifestDoesNotMean(
    _ id: String, _ title: String, _ digest: String?, _ reason: String
  ) throws {
    let workspace = try Workspace(["right"])
    let image = try Data(contentsOf: workspace.url.appendingPathComponent("reference/0-right.h5"))
    let manifest = """
      {"format": "autograd-conformance", "format_version": 1, "rows": [{"id": "\(id)", "title": "\(title)",
        "file": "0-right.h5", "sha256": "\(digest ?? SHA256.hexDigest(of: image))"}]}
      """
    try Data(manifest.utf8).write(to: workspace.url.appendingPathComponent("reference/manifest.json"))
    let outcome = try conformance(["run"], in: workspace)
    #expect(outcome.status == 1 && outcome.error == "")
    #expect(outcome.output.hasPrefix("\(title) (\(id)): unreadable, 0-right.h5: \(reason)\n"))
  }

  @Test func theRunGoesOn() throws {
    let workspace = try Workspace(rows: [
      ("a", ["abort"]), ("b", ["add"]), ("c", ["endless", "add"]), ("d", ["add", "add"]),
    ])
    let outcome = try conformance(
      ["run", "--implementation", brokenImplementation, "--timeout", "0.5"], in: workspace)
    let expected = """
      Row a (a): crash
        sample 0000: it was ended by SIGABRT
      Row c (c): timeout
        sample 0000: no answer within 0.5 seconds

      Summary:
      +--------------------------------------------+-------------+
      |                    Test                    |    Score    |
      +--------------------------------------------+-------------+
      | Row a                                      |      0      |
      | Row b                                      |      1      |
      | Row c                                      |      0      |
      | Row d                                      |      1      |
      +--------------------------------------------+-------------+
      |                   TOTAL                    |     2/4     |
      +--------------------------------------------+-------------+

      """
    #expect(outcome == Outcome(status: 1, output: expected, error: ""))
  }

  @Test func afterThreeFailuresARowIsNotAskedAnyMore() throws {
    #expect(
      try details([("r", ["add", "abort", "exit", "add", "segfault", "add", "add"]), ("s", ["add"])]) == [
        "Row r (r): crash",
        "  sample 0001: it was ended by SIGABRT",
        "  sample 0002: it ended with status 3",
        "  sample 0004: it was ended by SIGSEGV",
        "  sample 0005 and 1 more: not asked after 3 failures in this row",
      ])
  }

  /// One that dies at the last sample of every request would die once for every sample there is.
  @Test func whoFailsWhereItRepliedBeforeIsNotAskedForEver() throws {
    let rows = [("r", [String](repeating: "add", count: 8))]
    #expect(
      try details(rows, implementation: brokenImplementation + " --fickle") == [
        "Row r (r): crash",
        "  sample 0000 and 3 more: not asked after 4 failures in this row",
        "  sample 0004 and 3 more: it ended with status 3",
      ])
  }

  @Test(arguments: [
    ("--dead", "it was ended by SIGABRT"),
    ("--old", "it speaks version 0 of the protocol, expected 1"),
  ])
  func programsThatCannotBeScored(_ option: String, _ reason: String) throws {
    let outcome = try conformance(
      ["run", "--implementation", "\(brokenImplementation) \(option)"], in: Workspace(["right"]))
    #expect(outcome == Outcome(status: 2, output: "", error: "Error: the implementation: \(reason)\n"))
  }

  /// A request that is longer than a pipe holds, and a program that writes without end instead of reading it.
  @Test func programsThatOnlyTalk() throws {
    let workspace = try Workspace(refusals: 3000)
    let outcome = try conformance(
      ["run", "--implementation", "\(brokenImplementation) --deaf", "--format", "json"], in: workspace)
    #expect(outcome.status == 1 && outcome.error == "")
    #expect(outcome.output.contains("it writes more than 1048576 bytes where one line is expected"))
    #expect(!outcome.output.contains("timeout"))
  }

  @Test func programsThatAreNotThere() throws {
    let outcome = try conformance(["run", "--implementation", "./no-such"], in: Workspace(["right"]))
    #expect(outcome.status == 2 && outcome.output == "")
    #expect(outcome.error.hasPrefix("Error: the implementation: it ended with status 127; standard error: "))
  }

  /// A program that starts others, and leaves them behind.
  @Test func descendantsGo() throws {
    let workspace = try Workspace(["right"])
    let tag = "--tag-\(workspace.url.lastPathComponent)"
    let line = "sleep 30 | \(brokenImplementationPath) \(tag) & exec \(brokenImplementationPath)"
    let outcome = try conformance(["run", "--implementation", line], in: workspace)
    #expect(outcome.status == 0 && outcome.error == "")
    let deadline = Date().addingTimeInterval(5)
    while try processes(with: tag) > 0, Date() < deadline { usleep(20_000) }
    #expect(try processes(with: tag) == 0)
  }

  @Test func temporaryFilesGo() throws {
    let workspace = try Workspace(rows: [("a", ["add", "abort", "endless"])])
    let process = command(
      ["run", "--implementation", brokenImplementation, "--timeout", "0.5"], in: workspace.url)
    let temporary = try temporaryDirectory(of: process, in: workspace)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path) == [])
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalEndsChildrenAndRemovesFiles(_ number: Int32) throws {
    let workspace = try Workspace(rows: [("a", ["endless"])])
    let process = command(
      ["run", "--implementation", "\(brokenImplementation) --tag-\(workspace.url.lastPathComponent)"],
      in: workspace.url)
    let temporary = try temporaryDirectory(of: process, in: workspace)
    func children() throws -> Int { try processes(with: "--tag-\(workspace.url.lastPathComponent)") }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let deadline = Date().addingTimeInterval(20)
    while try children() == 0, Date() < deadline { usleep(20_000) }
    #expect(try children() > 0)
    // So many files take a while to remove, in which nothing of the children's deaths must be reported.
    for directory in try FileManager.default.contentsOfDirectory(atPath: temporary.path) {
      for number in 0..<5000 {
        try Data().write(to: temporary.appendingPathComponent("\(directory)/file-\(number)"))
      }
    }
    kill(process.processIdentifier, number)
    #expect(try output.fileHandleForReading.readToEnd() ?? Data() == Data())
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == number)
    while try children() > 0, Date() < deadline { usleep(20_000) }
    #expect(try children() == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path) == [])
  }

  /// Gives a process a directory of its own for temporary files.
  private func temporaryDirectory(of process: Process, in workspace: Workspace) throws -> URL {
    let directory = workspace.url.appendingPathComponent("temporary")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    process.environment?["TMPDIR"] = directory.path
    return directory
  }

  /// How many processes have a text in their arguments, beside the harness itself and shells.
  private func processes(with text: String) throws -> Int {
    let list = Process()
    list.executableURL = URL(fileURLWithPath: "/bin/ps")
    list.arguments = ["-eo", "args"]
    let output = Pipe()
    list.standardOutput = output
    try list.run()
    let lines = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    list.waitUntilExit()
    return lines.split(separator: "\n").count { $0.hasPrefix(brokenImplementationPath) && $0.contains(text) }
  }
}

@Suite struct CheckImplementationTests {
  private let names = [
    "it starts and says who it is", "a request without samples is done, with a file of answers",
    "an operation that nobody has is unsupported",
    "samples are replied to in order, requests by their numbers",
    "answers have the right values, types and shapes", "gradients are those of the inputs that want one",
    "inputs that make no sense are refused, and the program lives on", "it exits when its input ends",
  ]

  @Test func ourOwn() throws {
    let outcome = try conformance(["check-implementation", "\(conformancePath) serve"], in: Workspace([]))
    let expected = names.map { "passed   \($0)\n" }.joined()
    #expect(outcome == Outcome(status: 0, output: expected, error: ""))
  }

  @Test func oneThatAlwaysSaysThree() throws {
    let outcome = try conformance(["check-implementation", brokenImplementation], in: Workspace([]))
    #expect(outcome.status == 1 && outcome.error == "")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == names.count)
    #expect(lines[0] == "passed   \(names[0])" && lines[1] == "passed   \(names[1])")
    #expect(lines[2] == "FAILED   \(names[2]): the reply is answered")
    #expect(
      lines[4]
        == "FAILED   \(names[4]): add (float32): float32 [1] float32([3.0]), expected float32 [2, 3] "
        + "float32([0.0, 3.0, 6.0, 9.0, 12.0, 15.0])")
    #expect(lines[5].hasPrefix("FAILED   \(names[5]): add: absent, expected float32 [2, 3]"))
    #expect(lines[6] == "FAILED   \(names[6]): it adds arrays of two and of three elements")
    #expect(lines[7] == "passed   \(names[7])")
  }

  @Test func oneThatDies() throws {
    let outcome = try conformance(
      ["check-implementation", "\(brokenImplementation) --dead"], in: Workspace([]))
    let rest = names.dropFirst().map { "skipped  \($0): the conversation ended before\n" }.joined()
    #expect(
      outcome
        == Outcome(status: 1, output: "FAILED   \(names[0]): it was ended by SIGABRT\n" + rest, error: ""))
  }
}
