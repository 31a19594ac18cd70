// What is written is read back.

import Foundation
import HDF5
import Testing

@Suite struct RoundTripTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path("file.h5")
  }

  @Test(arguments: [
    HDF5Array(shape: [2, 3], .float32([0, -0.0, 1.5, .infinity, -.infinity, .leastNonzeroMagnitude])),
    HDF5Array(shape: [], .float64([.pi])),
    HDF5Array(.float64([.greatestFiniteMagnitude, .leastNonzeroMagnitude])),
    HDF5Array(.int64([.min, .max, 0])),
    HDF5Array(shape: [1, 2], .uint8([0, 255])),
    HDF5Array(.strings(["", "größe", "日本", String(repeating: "x", count: 5000)])),
    HDF5Array(shape: [], .strings(["one"])),
    HDF5Array(shape: [3, 0, 2], .float32([])),
    HDF5Array(shape: [0], .strings([])),
  ])
  func arrays(_ array: HDF5Array) throws {
    try HDF5File(creating: path).root().write(array, to: "a/b.c/d")
    #expect(try HDF5File(reading: path).root().dataset("a/b.c/d").read() == array)
  }

  @Test func notANumber() throws {
    try HDF5File(creating: path).root().write(HDF5Array(.float32([.nan, 1])), to: "x")
    guard case .float32(let values) = try HDF5File(reading: path).root().dataset("x").read().elements else {
      Issue.record("not float32")
      return
    }
    #expect(values[0].isNaN && values[1] == 1)
  }

  @Test func attributes() throws {
    do {
      let root = try HDF5File(creating: path).root()
      try root.attributes.set("text", "größe")
      try root.attributes.set("empty", "")
      try root.attributes.set("number", -3)
      try root.createGroup("a/b").attributes.set("number", Int.max)
      try root.write(HDF5Array(.float32([1])), to: "x").attributes.set("text", "of x")
    }
    let root = try HDF5File(reading: path).root()
    #expect(try root.attributes.string("text") == "größe")
    #expect(try root.attributes.string("empty") == "")
    #expect(try root.attributes.integer("number") == -3)
    #expect(try root.attributes.string("nothing") == nil)
    #expect(try root.group("a/b").attributes.integer("number") == Int.max)
    #expect(try root.dataset("x").attributes.string("text") == "of x")
  }

  @Test func listing() throws {
    do {
      let root = try HDF5File(creating: path).root()
      for name in ["b", "a/z", "a/x.y", "a/m/n", "10", "9"] {
        try root.write(HDF5Array(.int64([1])), to: name)
      }
      try root.createGroup("empty")
    }
    let root = try HDF5File(reading: path).root()
    #expect(try root.names() == ["10", "9", "a", "b", "empty"])
    #expect(try root.datasets().map(\.path) == ["10", "9", "a/m/n", "a/x.y", "a/z", "b"])
    #expect(try root.group("a").datasets().map(\.path) == ["m/n", "x.y", "z"])
    #expect(root.contains("a") && !root.contains("c"))
  }

  @Test func sameBytes() throws {
    for name in ["one.h5", "two.h5"] {
      let root = try HDF5File(creating: directory.path(name)).root()
      try root.attributes.set("text", "abc")
      try root.write(HDF5Array(.float32([1, 2])), to: "a/x")
      try root.write(HDF5Array(.strings(["s"])), to: "a/s")
    }
    let one = try Data(contentsOf: URL(fileURLWithPath: directory.path("one.h5")))
    #expect(try one == Data(contentsOf: URL(fileURLWithPath: directory.path("two.h5"))))
  }

  @Test func writingRefuses() throws {
    let file = try HDF5File(creating: path)
    let root = try file.root()
    try root.write(HDF5Array(.int64([1])), to: "x")
    #expect(throws: HDF5Error.self) { try root.write(HDF5Array(.int64([1])), to: "x") }
    #expect(throws: HDF5Error.self) { try root.createGroup("x") }
    #expect(
      throws: HDF5Error.unexpected(
        file: path, path: "/y", expected: "[2, 2] elements", found: "an array of 3")
    ) {
      try root.write(HDF5Array(shape: [2, 2], .int64([1, 2, 3])), to: "y")
    }
    #expect(throws: HDF5Error.self) { try HDF5File(creating: directory.path("no/such/directory")) }
  }

  @Test func severalThreads() async throws {
    let values = (0..<1000).map { Float($0) }
    for index in 0..<4 {
      try HDF5File(creating: directory.path("\(index).h5")).root().write(HDF5Array(.float32(values)), to: "x")
    }
    let paths = (0..<4).map { directory.path("\($0).h5") }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for task in 0..<16 {
        group.addTask {
          for _ in 0..<20 {
            let array = try HDF5File(reading: paths[task % 4]).root().dataset("x").read()
            guard array == HDF5Array(.float32(values)) else { return false }
          }
          return true
        }
      }
      for try await isEqual in group { #expect(isEqual) }
    }
  }
}
