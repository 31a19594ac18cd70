// Reports side by side, and what changed between two.

import Conformance
import Testing

private func sample(
  _ name: String, _ status: Status, _ quantities: [QuantityResult] = [], digest: String? = nil
)
  -> SampleResult
{
  SampleResult(
    name: name, operation: "o", precision: .float32, status: status, message: nil, quantities: quantities,
    digest: digest)
}

private func row(_ id: String, _ samples: [SampleResult]) -> RowResult {
  let status = samples.first { $0.status != .pass }?.status ?? .pass
  return RowResult(id: id, title: "Row \(id)", status: status, message: nil, samples: samples)
}

private let output = quantity("outputs/y")
private let gradient = quantity("gradients/x")
private let wrongOutput = quantity("outputs/y", error: 20, failure: "f")
private let wrongGradient = quantity("gradients/x", error: 9, failure: "f")

@Suite struct DirectionTests {
  @Test func halvesOfARow() {
    func halves(_ samples: [SampleResult]) -> [Status?] {
      Direction.allCases.map { row("r", samples).status(of: $0) }
    }
    #expect(halves([sample("0", .pass, [output, gradient])]) == [.pass, .pass])
    #expect(halves([sample("0", .fail, [output, wrongGradient])]) == [.pass, .fail])
    #expect(halves([sample("0", .fail, [wrongOutput, gradient])]) == [.fail, .pass])
    #expect(halves([sample("0", .pass, [output])]) == [.pass, nil])
    #expect(halves([sample("0", .pass, [output, gradient]), sample("1", .pass)]) == [.pass, .pass])
    #expect(halves([sample("0", .pass, [output, gradient]), sample("1", .fail)]) == [.fail, .pass])
    #expect(
      halves([sample("0", .pass, [output, gradient]), sample("1", .unsupported)]) == [
        .unsupported, .unsupported,
      ])
    #expect(halves([sample("0", .fail, [output, wrongGradient]), sample("1", .crash)]) == [.crash, .crash])
    let missing = RowResult(id: "r", title: "r", status: .missing, message: nil, samples: [])
    #expect(Direction.allCases.map { missing.status(of: $0) } == [.missing, .missing])
  }
}

@Suite struct ComparisonTests {
  private let ours = Report(
    implementation: "ours", version: "1",
    rows: [
      row("a", [sample("0", .pass, [output, gradient], digest: "x")]),
      row("b", [sample("0", .pass, [output])]),
      row("c", [sample("0", .fail, [output, wrongGradient])]),
    ])
  private let theirs = Report(
    implementation: "th|eirs",
    rows: [
      row("a", [sample("0", .unsupported)]),
      row("b", [sample("0", .timeout)]),
      row("d", [sample("0", .pass, [output, gradient])]),
    ])

  @Test func table() {
    let text = ComparisonReport(.table).text(of: Comparison([ours, theirs]))
    #expect(
      text == """
        +-------------------+---------------------+---------------------------+
        |                   |       ours 1        |          th|eirs          |
        | Test              | forward  | backward |   forward   |  backward   |
        +-------------------+---------------------+---------------------------+
        | Row a             |    ✓     |    ✓     | unsupported | unsupported |
        | Row b             |    ✓     |    –     |   timeout   |      –      |
        | Row c             |    ✓     |    ✗     |      –      |      –      |
        | Row d             |    –     |    –     |      ✓      |      ✓      |
        +-------------------+---------------------+---------------------------+
        | Forward, backward |   3/3    |   1/2    |     1/3     |     1/2     |
        | TOTAL             |         2/3         |            1/3            |
        +-------------------+---------------------+---------------------------+

        """)
  }

  @Test func markdown() {
    let text = ComparisonReport(.markdown).text(of: Comparison([ours, theirs]))
    #expect(
      text == #"""
        | Test | ours 1<br>forward | <br>backward | th\|eirs<br>forward | <br>backward |
        | :-- | :-: | :-: | :-: | :-: |
        | Row a | ✓ | ✓ | unsupported | unsupported |
        | Row b | ✓ | – | timeout | – |
        | Row c | ✓ | ✗ | – | – |
        | Row d | – | – | ✓ | ✓ |
        | **Forward, backward** | 3/3 | 1/2 | 1/3 | 1/2 |
        | **TOTAL** | **2/3** |  | **1/3** |  |

        """#)
  }

  @Test func json() throws {
    let text = ComparisonReport(.json).text(of: Comparison([ours, theirs, ours]))
    let members = try #require(JSONValue(parsing: text).objectValue)
    #expect(members["reports"]?.arrayValue?.count == 3)
    #expect(members["changes"]?.arrayValue?.count == 1)
    let row = members["rows"]?.arrayValue?.first?.objectValue
    #expect(
      row?["results"]?.arrayValue?[1]
        == .object([
          "status": .string("unsupported"), "forward": .string("unsupported"),
          "backward": .string("unsupported"),
        ]))
  }

  @Test func nothingChanges() {
    let comparison = Comparison([ours, theirs, ours])
    #expect(comparison.changes.count == 1)
    let text = ComparisonReport(.table).text(of: comparison)
    #expect(text.hasSuffix("\n\nours 1 → ours 1: 2/3 → 2/3\n\nNothing changed.\n"))
    #expect(Comparison([ours, theirs]).changes.isEmpty)
  }

  @Test func whatChanged() throws {
    let later = Report(
      implementation: "ours", version: "2", date: "today",
      rows: [
        row(
          "a",
          [
            sample(
              "0", .pass, [quantity("outputs/y", error: 2.5), quantity("gradients/x", error: 6)], digest: "z")
          ]),
        row("b", [sample("0", .crash)]),
        row("c", [sample("0", .fail, [wrongOutput, gradient])]),
        row("e", [sample("0", .pass, [output])]),
      ])
    let text = ComparisonReport(.table).text(of: Comparison([ours, later]))
    let changes = text.split(separator: "\n").drop { !$0.hasPrefix("ours 1 →") }.joined(separator: "\n")
    #expect(
      changes == """
        ours 1 → ours 2 (today): 2/3 → 2/4
        No longer passing (2):
          b: pass → crash
          c 0 outputs/y: pass → fail
        Passing now (2):
          c 0 gradients/x: fail → pass
          e: absent → pass
        Errors that grew (2):
          a 0 gradients/x: E 2 → 6
          c 0 outputs/y: E 2 → 20
        Bits that changed (1):
          a: 1 samples
        """)
    #expect(Comparison([ours, later], growth: 5).changes.first?.growths.map(\.place) == ["c 0 outputs/y"])
    let all = try #require(Comparison([ours, later]).changes.first?.turns)
    #expect(all.filter(\.isRegression).map(\.place) == ["b", "b 0", "c 0 outputs/y"])
  }

  /// Nothing that passed may get lost unnoticed: not a row, nor a sample or a quantity of a row that fails anyway.
  @Test func whatGoesIsARegression() throws {
    let before = Report(
      implementation: "i",
      rows: [
        row("a", [sample("0", .pass, [output])]),
        row("b", [sample("0", .pass, [output]), sample("1", .fail, [output, wrongGradient])]),
      ])
    func regressions(_ rows: [RowResult]) -> [String] {
      Comparison([before, Report(implementation: "i", rows: rows)]).changes.flatMap(\.regressions).map(
        \.place)
    }
    #expect(regressions(before.rows) == [])
    #expect(regressions([before.rows[1]]) == ["a"])
    #expect(regressions([before.rows[0]]) == ["b 0", "b 1 outputs/y"])
    #expect(regressions([before.rows[0], row("b", [before.rows[1].samples[1]])]) == ["b 0"])
    #expect(
      regressions([before.rows[0], row("b", [before.rows[1].samples[0], sample("1", .crash)])])
        == ["b 1 outputs/y"])
  }
}
