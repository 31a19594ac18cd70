// Files that are truncated, of another kind or too large.

import Foundation
import HDF5
import Testing

@Suite struct DamagedFileTests {
  private let directory: TemporaryDirectory
  private let image: Data

  init() throws {
    directory = try TemporaryDirectory()
    let path = directory.path("whole.h5")
    do {
      let root = try HDF5File(creating: path).root()
      try root.attributes.set("text", "abc")
      try root.write(HDF5Array(shape: [4, 5], .float32((0..<20).map { Float($0) })), to: "a/x")
      try root.write(HDF5Array(.strings(["one", "two"])), to: "a/s")
    }
    image = try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Reads everything that is in a file.
  private func readAll(_ image: Data) throws {
    let root = try HDF5File(image: image, name: "damaged.h5").root()
    _ = try root.attributes.string("text")
    for (_, dataset) in try root.datasets() { _ = try dataset.read() }
  }

  @Test func whole() throws {
    try readAll(image)
  }

  @Test func notHDF5() throws {
    for content in [Data(), Data("text".utf8), Data(count: 5000)] {
      let error = #expect(throws: HDF5Error.self) { try readAll(content) }
      guard case .notHDF5(file: "damaged.h5", _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  @Test func truncated() throws {
    for length in stride(from: 0, to: image.count, by: 97) {
      #expect(throws: HDF5Error.self) { try readAll(image.prefix(length)) }
    }
  }

  @Test func namesThatAreTheSameText() throws {
    let path = directory.path("names.h5")
    do {
      let root = try HDF5File(creating: path).root()
      for name in ["\u{E9}", "e\u{301}"] { try root.write(HDF5Array(.float32([1])), to: "a/\(name)") }
    }
    let group = try HDF5File(reading: path).root().group("a")
    let error = HDF5Error.refused(file: path, path: "/a", reason: "two of its names are the same text")
    #expect(throws: error) { try group.names() }
    #expect(throws: error) { try group.datasets() }
  }

  @Test func unavailable() throws {
    let missing = directory.path("missing.h5")
    #expect(throws: HDF5Error.unavailable(file: missing, reason: "no such file")) {
      try HDF5File(reading: missing)
    }
    #expect(throws: HDF5Error.unavailable(file: directory.url.path, reason: "it is not a file")) {
      try HDF5File(reading: directory.url.path)
    }
  }

  @Test func limits() throws {
    let path = directory.path("whole.h5")
    #expect(throws: HDF5Error.tooLarge(file: path, path: "/", bytes: image.count, limit: 100)) {
      try HDF5File(reading: path, limit: 100)
    }
    let root = try HDF5File(image: image, name: "small.h5", limit: 100).root()
    let numbers = try root.dataset("a/x")
    _ = try numbers.read()
    #expect(throws: HDF5Error.tooLarge(file: "small.h5", path: "/a/x", bytes: 80, limit: 100)) {
      try numbers.read()
    }
    let other = try HDF5File(image: image, name: "small.h5", limit: 20).root()
    #expect(throws: HDF5Error.self) { try other.dataset("a/s").read() }
  }
}
