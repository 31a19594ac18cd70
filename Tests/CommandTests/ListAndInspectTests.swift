// `conformance list` and `conformance inspect`, end to end.

import Foundation
import Testing

@Suite struct ListAndInspectTests {
  @Test func list() throws {
    let workspace = try Workspace()
    let all = """
      sum/right    Sum: Right
      sum/wrong    Sum: Wrong
      odd/strange  Odd: Strange
      3-text       3-text

      """
    #expect(try conformance(["list"], in: workspace) == Outcome(status: 0, output: all, error: ""))
    let some = "sum/right  Sum: Right\nsum/wrong  Sum: Wrong\n"
    let filtered = try conformance(["list", "--filter", "sum/*"], in: workspace)
    #expect(filtered == Outcome(status: 0, output: some, error: ""))
  }

  @Test func inspect() throws {
    let expected = """
      id: sum/right
      title: Sum: Right
      provenance: {"made": "by hand"}

      0000: add {} float32
        inputs/input: float32 [1], input
        inputs/other: float32 [1], input
        outputs/output: float32 [1], limit 8.0

      """
    let outcome = try conformance(["inspect", "reference/0-right.h5"], in: Workspace())
    #expect(outcome == Outcome(status: 0, output: expected, error: ""))
  }

  @Test func inspectWhatCannotBeRead() throws {
    let workspace = try Workspace()
    let text = try conformance(["inspect", "reference/3-text.h5"], in: workspace)
    let reason = "is not a readable HDF5 file: file signature not found"
    #expect(text == Outcome(status: 2, output: "", error: "Error: reference/3-text.h5: \(reason)\n"))
    let missing = try conformance(["inspect", "no.h5"], in: workspace)
    #expect(
      missing == Outcome(status: 2, output: "", error: "Error: no.h5: cannot be opened: no such file\n"))
  }
}
