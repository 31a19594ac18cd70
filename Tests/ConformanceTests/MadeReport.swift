// A report with everything that a report can have.

import Conformance

/// Text that no format may take for its own.
let hostile = "<b>|&\"'`</script>--> \u{1}\u{1B}[2J\n*x* ]]> \u{FFFE}größe"

/// What `report(_:)` makes rows of.
func quantity(_ name: String, error: Double? = 2, failure: String? = nil, errors: ErrorMap? = nil)
  -> QuantityResult
{
  QuantityResult(name: name, verdict: Verdict(failure: failure, error: error, limit: 8), errors: errors)
}

/// A report with a row of every status, and hostile text wherever there is text.
func madeReport() -> Report {
  let errors = ErrorMap(columns: 3, cells: [0, 0.05, 1, 3.5, 120, .infinity])
  let right = SampleResult(
    name: "0000", operation: "double", precision: .float32, status: .pass, message: nil,
    quantities: [quantity("outputs/output"), quantity("gradients/input", error: 6)],
    digest: "0123456789abcdef01")
  let wrong = SampleResult(
    name: "0001", operation: "double", precision: .float64, status: .fail, message: "outputs/output at [1]",
    quantities: [
      quantity("outputs/output", error: 80, failure: "at [1]: 3, expected 4 " + hostile, errors: errors),
      quantity("gradients/input", error: .infinity, failure: "at [0]; the truth is all zeros"),
    ],
    departure: "forward, a", digest: "ab")
  let refused = SampleResult(
    name: "0002", operation: "double", precision: .float32, status: .pass, message: nil)
  var rows = [
    RowResult(id: "s/right", title: "Right", status: .pass, message: nil, samples: [right, refused]),
    RowResult(
      id: "s/wrong", title: "Wrong " + hostile, status: .fail, message: "sample 0001: " + hostile,
      samples: [right, wrong]),
  ]
  for status in Status.allCases where status != .pass && status != .fail {
    let sample = SampleResult(
      name: "0000", operation: "other", precision: .float32, status: status,
      message: status.rawValue + hostile)
    let isEmpty = status == .missing || status == .unreadable || status == .notRun
    rows.append(
      RowResult(
        id: "t/\(status.rawValue)", title: "Row \(status.rawValue)", status: status, message: "why",
        samples: isEmpty ? [] : [sample]))
  }
  return Report(implementation: "made " + hostile, version: "1.0", date: "2026-03-01", rows: rows)
}
