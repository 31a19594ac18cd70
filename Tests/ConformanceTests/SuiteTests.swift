// Directories with and without a manifest.

import Conformance
import Foundation
import HDF5
import Testing

@Suite struct SuiteTests {
  private let directory: FixtureDirectory

  init() throws {
    directory = try FixtureDirectory()
    for name in ["b/y", "a/x", "c"] {
      try directory.fixture("\(name).h5", id: "id/\(name)", title: "Title of \(name)") { root in
        try root.sample { try $0.doubling() }
      }
    }
  }

  private func suite() throws -> Conformance.Suite {
    try Conformance.Suite(directory: directory.url)
  }

  private func digest(_ file: String) throws -> String {
    SHA256.hexDigest(of: try Data(contentsOf: URL(fileURLWithPath: directory.path(file))))
  }

  private func entry(_ id: String, _ title: String, _ file: String, _ digest: String) -> String {
    #"{"id": "\#(id)", "title": "\#(title)", "file": "\#(file)", "sha256": "\#(digest)"}"#
  }

  private func writeManifest(_ entries: [String]) throws {
    let rows = entries.joined(separator: ", ")
    try directory.write(
      #"{"format": "autograd-conformance", "format_version": 1, "rows": [\#(rows)]}"#, to: "manifest.json")
  }

  @Test func withoutManifest() throws {
    let rows = try suite().rows
    #expect(rows.map(\.file) == ["a/x.h5", "b/y.h5", "c.h5"])
    #expect(rows.map(\.id) == ["id/a/x", "id/b/y", "id/c"])
    #expect(rows.map(\.title) == ["Title of a/x", "Title of b/y", "Title of c"])
    #expect(rows.allSatisfy { $0.digest == nil })
  }

  @Test func behindALink() throws {
    let link = directory.url.appendingPathComponent("link")
    let target = directory.url.appendingPathComponent("a")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
    let suite = try Conformance.Suite(directory: link)
    #expect(suite.rows.map(\.id) == ["id/a/x"])
    #expect(try suite.fixture(of: suite.rows[0]).sampleNames == ["0000"])
  }

  @Test func withManifest() throws {
    try writeManifest([
      entry("id/c", "Title of c", "c.h5", digest("c.h5")),
      entry("id/a/x", "Title of a/x", "a/x.h5", digest("a/x.h5").uppercased()),
    ])
    let suite = try suite()
    #expect(suite.rows.map(\.id) == ["id/c", "id/a/x"])
    for row in suite.rows { #expect(try suite.fixture(of: row).sampleNames == ["0000"]) }
  }

  @Test func rowsOfABadManifest() throws {
    try writeManifest([
      entry("id/c", "Title of c", "c.h5", digest("a/x.h5")),
      entry("id/gone", "Gone", "gone.h5", digest("c.h5")),
      entry("id/other", "Title of a/x", "a/x.h5", digest("a/x.h5")),
      entry("id/b/y", "Another title", "b/y.h5", digest("b/y.h5")),
    ])
    let suite = try suite()
    #expect(suite.rows.map { suite.hasFile(of: $0) } == [true, false, true, true])
    let reasons = suite.rows.map { row in
      #expect(throws: FixtureError.self) { try suite.fixture(of: row) }?.description
    }
    #expect(reasons[0] == "the SHA-256 is not the manifest's")
    #expect(reasons[2] == "it is \"id/a/x\", \"Title of a/x\", not this row")
    #expect(reasons[3] == "it is \"id/b/y\", \"Title of b/y\", not this row")
  }

  @Test func pathsThatLeaveTheDirectory() throws {
    let inner = directory.url.appendingPathComponent("inner")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: inner.appendingPathComponent("link.h5"),
      withDestinationURL: directory.url.appendingPathComponent("c.h5"))
    let digest = try digest("c.h5")
    let paths = ["../c.h5", "link.h5", directory.path("c.h5"), "../inner/../c.h5"]
    let entries = paths.enumerated().map { entry("id/\($0)", "Title of c", $1, digest) }
    try directory.write(
      #"{"format": "autograd-conformance", "format_version": 1, "rows": [\#(entries.joined(separator: ", "))]}"#,
      to: "inner/manifest.json")
    let suite = try Conformance.Suite(directory: inner)
    for row in suite.rows {
      let error = #expect(throws: FixtureError.self) { try suite.fixture(of: row) }
      #expect(error?.description == "the file lies outside the directory")
    }
  }

  @Test(arguments: [
    "", "[]", "{}", "{", #"{"format": "other", "format_version": 1, "rows": []}"#,
    #"{"format": "autograd-conformance", "format_version": 2, "rows": []}"#,
    #"{"format": "autograd-conformance", "format_version": 1}"#,
    #"{"format": "autograd-conformance", "format_version": 1, "rows": []}"#,
    #"{"format": "autograd-conformance", "format_version": 1, "rows": [{"id": "a"}]}"#,
    #"{"format": "autograd-conformance", "format_version": 1, "rows": [3]}"#,
  ])
  func unusableManifests(_ text: String) throws {
    try directory.write(text, to: "manifest.json")
    #expect(throws: SuiteError.self) { try suite() }
  }

  @Test func aHugeManifest() throws {
    let blanks = String(repeating: " ", count: Conformance.Suite.largestManifest)
    try directory.write(#"{"rows": [\#(blanks)]}"#, to: "manifest.json")
    let error = #expect(throws: SuiteError.self) { try suite() }
    #expect(
      error?.description == "\(directory.path("manifest.json")): it is larger than 2097152 bytes")
  }

  @Test func aRowTwice() throws {
    let entry = try entry("id/c", "Title of c", "c.h5", digest("c.h5"))
    try writeManifest([entry, entry])
    let error = #expect(throws: SuiteError.self) { try suite() }
    #expect(error?.description == "\(directory.path("manifest.json")): the row \"id/c\" is there twice")
  }

  @Test func unusableDirectories() throws {
    let empty = directory.url.appendingPathComponent("empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    for url in [empty, empty.appendingPathComponent("no"), directory.url.appendingPathComponent("c.h5")] {
      #expect(throws: SuiteError.self) { try Conformance.Suite(directory: url) }
    }
  }

  @Test(arguments: [
    ("*", 3), ("id/*", 3), ("id/?", 1), ("id/[ab]/*", 2), ("*y", 1), ("id", 0), ("", 0),
  ])
  func filters(_ pattern: String, _ count: Int) throws {
    #expect(try suite().filtered(pattern).rows.count == count)
  }
}
