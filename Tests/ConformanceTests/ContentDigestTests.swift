// The content digest of files: a file made by hand, and the committed fixtures, whose digests Python computed.

import Conformance
import Foundation
import HDF5
import Testing

@Suite struct ContentDigestTests {
  /// The stream of bytes that `reference/README.md` defines, of the file that `write` makes.
  private let stream =
    [
      Data("group \nattribute id 3 a/b\nattribute version 1\n".utf8),
      Data("group a\nattribute name 2 ä\n".utf8),
      Data("dataset a.b string 2\n".utf8), Data([1, 0, 0, 0, 0, 0, 0, 0]), Data("x".utf8),
      Data([0, 0, 0, 0, 0, 0, 0, 0]),
      Data("dataset a/bytes uint8 \nattribute requires_grad -1\n".utf8), Data([1]),
      Data("dataset a/floats float32 1,2\n".utf8), Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0x80]),
    ].reduce(Data(), +)

  private func write(_ path: String, provenance: String, zero: Float = -0.0) throws {
    let root = try HDF5File(creating: path).root()
    try root.attributes.set("provenance", provenance)
    try root.attributes.set("version", 1)
    try root.attributes.set("id", "a/b")
    let group = try root.createGroup("a")
    try group.attributes.set("name", "ä")
    try group.write(HDF5Array(shape: [1, 2], .float32([1, zero])), to: "floats")
    let bytes = try group.write(HDF5Array(shape: [], .uint8([1])), to: "bytes")
    try bytes.attributes.set("requires_grad", -1)
    try root.write(HDF5Array(.strings(["x", ""])), to: "a.b")
  }

  private func digest(_ path: String) throws -> String {
    let image = try Data(contentsOf: URL(fileURLWithPath: path))
    return try ContentDigest.hexDigest(of: image, name: "file")
  }

  @Test func handMadeFile() throws {
    let directory = try FixtureDirectory()
    try write(directory.path("one.h5"), provenance: "{}")
    try write(directory.path("other.h5"), provenance: "another machine")
    try write(directory.path("wrong.h5"), provenance: "{}", zero: 0)
    let expected = SHA256.hexDigest(of: stream)
    #expect(try digest(directory.path("one.h5")) == expected)
    #expect(try digest(directory.path("other.h5")) == expected)
    #expect(try digest(directory.path("wrong.h5")) != expected)
  }

  @Test func whatIsNoHDF5() throws {
    #expect(throws: FixtureError.self) { try ContentDigest.hexDigest(of: Data("text".utf8), name: "file") }
  }

  @Test func committedFixtures() throws {
    let reference = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("reference")
    let suite = try Suite(directory: reference)
    #expect(suite.rows.count == 57)
    for row in suite.rows {
      #expect(try digest(reference.appendingPathComponent(row.file).path) == row.contentDigest)
    }
  }
}
