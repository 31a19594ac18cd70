// What a reproduction states, of reports made by hand.

import Conformance
import Foundation
import Testing

@Suite struct ReproductionTests {
  private func report(_ digest: String?, status: Status = .pass, id: String = "sum/one") -> Report {
    let sample = SampleResult(
      name: "0000", operation: "sum", precision: .float32, status: status, message: nil, digest: digest)
    let row = RowResult(id: id, title: "Sum", status: status, message: nil, samples: [sample])
    return Report(implementation: "Ours", rows: [row])
  }

  private func reproduction(_ reports: [Report], faults: [String] = [], content: String = "c") -> Reproduction
  {
    let names = ["plain, 1 thread", "fast, 2 threads"]
    let digests = ResultDigests(of: reports[0], contents: ["sum/one": content])
    return Reproduction(runs: Array(zip(names, reports)), contentFaults: faults, digests: digests)
  }

  private func statement(_ reproduction: Reproduction, _ committed: ResultDigests?) -> ReproductionStatement {
    ReproductionStatement(reproduction, facts: ["CPU: some"], committed: committed, isWhole: true)
  }

  @Test func allIsWell() {
    let same = reproduction([report("ab"), report("ab")])
    let total = same.digests.total
    let expected = """
      Ours on 1 rows, 1 samples
      CPU: some

      plain, 1 thread  1/1  \(total)
      fast, 2 threads  1/1  \(total)

      Results: the bits of every output and gradient are identical in all 2 runs.
      Fixtures: the content of every file is the manifest's.
      Committed: the results have the digests in RESULTS.json.

      """
    let found = statement(same, same.digests)
    #expect(found.text == expected)
    #expect(found.holds)
  }

  @Test func whatIsNot() {
    let same = reproduction([report("ab"), report("ab")])
    func fails(_ reproduction: Reproduction, _ committed: ResultDigests?, _ line: String) {
      let found = statement(reproduction, committed)
      #expect(!found.holds)
      #expect(found.text.contains(line + "\n"), "\(found.text)")
    }
    let differing = reproduction([report("ab"), report("ac")])
    fails(
      differing, differing.digests,
      "  sum/one, sample 0000: not the bits of plain, 1 thread under fast, 2 threads")
    fails(same, nil, "  there is no RESULTS.json; --update writes it")
    fails(same, reproduction([report("xy")]).digests, "  sum/one: the results are others")
    fails(
      same, reproduction([report("ab")], content: "d").digests,
      "  sum/one: the fixture is another, so its results are")
    fails(same, reproduction([report("ab", id: "sum/two")]).digests, "  sum/two: the row is gone")
    fails(same, reproduction([report("ab", id: "sum/two")]).digests, "  sum/one: there is no digest of it")
    let faulty = reproduction([report("ab"), report("ab")], faults: ["sum/one: its content is wrong"])
    fails(faulty, faulty.digests, "  sum/one: its content is wrong")
    let failing = reproduction([report("ab", status: .fail), report("ab", status: .fail)])
    fails(failing, failing.digests, "Score: a run has not full score.")
    let silent = reproduction([report("ab"), report(nil, status: .crash)])
    fails(
      silent, silent.digests,
      "  sum/one, sample 0000: not the bits of plain, 1 thread under fast, 2 threads")
  }

  @Test func file() throws {
    let directory = try FixtureDirectory()
    let digests = reproduction([report("ab")]).digests
    let file = directory.url.appendingPathComponent(ResultDigests.file)
    try directory.write(digests.json, to: ResultDigests.file)
    #expect(try ResultDigests(reading: file) == digests)
    let forged = digests.json.replacingOccurrences(of: digests.rows[0].results, with: digests.total)
    for text in ["", "{}", digests.json.replacingOccurrences(of: "sum/one", with: "sum/two"), forged] {
      try directory.write(text, to: ResultDigests.file)
      #expect(throws: SuiteError.self) { try ResultDigests(reading: file) }
    }
  }
}
