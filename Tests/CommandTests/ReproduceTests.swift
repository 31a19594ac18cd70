// `conformance reproduce`, end to end.

import Conformance
import Foundation
import Testing

@Suite struct ReproduceTests {
  /// A workspace whose manifest lists its one fixture, with the digests given or the right ones.
  private func workspace(content: String? = nil) throws -> Workspace {
    let workspace = try Workspace(["right"])
    let file = workspace.url.appendingPathComponent("reference/0-right.h5")
    let image = try Data(contentsOf: file)
    let digest = try content ?? ContentDigest.hexDigest(of: image, name: "0-right.h5")
    let manifest = """
      {"format": "autograd-conformance", "format_version": 1, "rows": [{"id": "sum/right", "title": "Sum: Right",
        "file": "0-right.h5", "sha256": "\(SHA256.hexDigest(of: image))", "content_sha256": "\(digest)"}]}
      """
    try Data(manifest.utf8).write(to: workspace.url.appendingPathComponent("reference/manifest.json"))
    return workspace
  }

  @Test func updateAndCompare() throws {
    let workspace = try workspace()
    let without = try conformance(["reproduce"], in: workspace)
    #expect(
      without.status == 1 && without.output.contains("  there is no RESULTS.json; --update writes it\n"))
    let updated = try conformance(["reproduce", "--update"], in: workspace)
    #expect(updated.status == 0 && updated.error == "", "\(updated)")
    #expect(updated.output.contains("baseline, 1 thread "))
    #expect(updated.output.contains("Results: the bits of every output and gradient are identical in all "))
    #expect(try conformance(["reproduce"], in: workspace) == updated)
    try Data("{}".utf8).write(to: workspace.url.appendingPathComponent("reference/RESULTS.json"))
    #expect(try conformance(["reproduce"], in: workspace).status == 2)
  }

  @Test func contentThatIsNotTheManifests() throws {
    let workspace = try workspace(content: String(repeating: "0", count: 64))
    let outcome = try conformance(["reproduce", "--update"], in: workspace)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("  sum/right: its content is not the manifest's\n"))
    #expect(!FileManager.default.fileExists(atPath: workspace.url.path + "/reference/RESULTS.json"))
  }

  @Test func updateIsForAllRows() throws {
    let outcome = try conformance(["reproduce", "--update", "--filter", "sum/*"], in: Workspace(["right"]))
    #expect(outcome.status == 2)
  }
}
