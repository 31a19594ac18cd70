// A file that h5py wrote: types, layouts and links that our own writer does not make.

import Foundation
import HDF5
import Testing

@Suite struct ForeignFileTests {
  private let root: HDF5Group

  init() throws {
    let files = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Files")
    let image = try Data(contentsOf: files.appendingPathComponent("foreign.h5"))
    root = try HDF5File(image: image, name: "foreign.h5").root()
  }

  @Test(arguments: [
    ("f2-little", HDF5Array(.float32([0, 1, 100]))),
    ("f4-big", HDF5Array(.float32([0, 1, 100]))),
    ("f8-big", HDF5Array(.float64([0, 1, 100]))),
    ("bfloat16", HDF5Array(.float32([0, 1, 2.5]))),
    ("i2-little", HDF5Array(.int64([0, 1, 100]))),
    ("i8-big", HDF5Array(.int64([0, 1, 100]))),
    ("i1-little", HDF5Array(.int64([0, 1, 100]))),
    ("u4-little", HDF5Array(.int64([0, 1, 100]))),
    ("bool", HDF5Array(.uint8([1, 0, 1]))),
  ])
  func types(_ name: String, _ expected: HDF5Array) throws {
    #expect(try root.dataset("types/\(name)").read() == expected)
  }

  @Test(arguments: [
    ("variable", ["", "a", "größe"]),
    ("null-padded", ["", "a", "abc"]),
    ("space-padded", ["ab", ""]),
    ("fixed-utf8", ["größe"]),
  ])
  func strings(_ name: String, _ expected: [String]) throws {
    #expect(try root.dataset("strings/\(name)").read() == HDF5Array(.strings(expected)))
  }

  @Test(arguments: [
    ("types/f2-little", false), ("types/f4-big", false), ("types/i2-little", false), ("types/bool", false),
    ("types/bfloat16", false), ("layouts/chunked", true), ("strings/variable", true),
    ("strings/null-padded", false), ("strings/fixed-utf8", false),
  ])
  func storedAsRead(_ path: String, _ isStoredAsRead: Bool) throws {
    #expect(try root.dataset(path).isStoredAsRead() == isStoredAsRead)
  }

  @Test(arguments: ["chunked", "compressed"])
  func layouts(_ name: String) throws {
    let expected = HDF5Array(shape: [3, 4], .float32((0..<12).map { Float($0) }))
    #expect(try root.dataset("layouts/\(name)").read() == expected)
  }

  @Test func unwritten() throws {
    let expected = HDF5Array(shape: [2, 2], .float32([0, 0, 0, 0]))
    #expect(try root.dataset("layouts/unwritten").read() == expected)
  }

  @Test(arguments: ["types/u8", "types/complex", "types/null", "strings/not-utf8"])
  func wrongTypes(_ path: String) throws {
    let error = #expect(throws: HDF5Error.self) { try root.dataset(path).read() }
    guard case .unexpected(file: "foreign.h5", path: "/\(path)", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["huge", "huge-contiguous", "huge-chunk", "overflow"])
  func absurdSizes(_ name: String) throws {
    let error = #expect(throws: HDF5Error.self) { try root.dataset("layouts/\(name)").read() }
    guard case .tooLarge(file: "foreign.h5", path: "/layouts/\(name)", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["layouts/external", "layouts/virtual"])
  func storageElsewhere(_ path: String) throws {
    let error = #expect(throws: HDF5Error.self) { try root.dataset(path).read() }
    guard case .refused(file: "foreign.h5", path: "/\(path)", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["soft", "dangling", "loop", "external"])
  func links(_ name: String) throws {
    let refused = HDF5Error.refused(
      file: "foreign.h5", path: "/links/\(name)", reason: "only hard links are followed")
    #expect(throws: refused) { try root.dataset("links/\(name)") }
    #expect(throws: HDF5Error.self) { try root.group("links").datasets() }
  }

  @Test func hardLinks() throws {
    #expect(try root.dataset("links/hard").read() == root.dataset("layouts/chunked").read())
    let circle = HDF5Error.refused(
      file: "foreign.h5", path: "/circle/inner/outer", reason: "the group is reached twice")
    #expect(throws: circle) { try root.group("circle").datasets() }
  }

  @Test func otherObjects() throws {
    #expect(throws: HDF5Error.missing(file: "foreign.h5", path: "/nothing")) { try root.dataset("nothing") }
    #expect(throws: HDF5Error.missing(file: "foreign.h5", path: "/types/nothing")) {
      try root.dataset("types/nothing")
    }
    for path in ["", "/", ".", "..", "types/../layouts", "types/."] {
      #expect(throws: HDF5Error.self) { try root.group(path) }
    }
    #expect(throws: HDF5Error.self) { try root.dataset("links/type") }
    #expect(throws: HDF5Error.self) { try root.dataset("types") }
    #expect(throws: HDF5Error.self) { try root.group("types/bool") }
    #expect(throws: HDF5Error.self) { try root.group("types/bool/more") }
  }

  @Test func attributes() throws {
    let attributes = try root.group("attributes").attributes
    #expect(try attributes.string("text") == "größe")
    #expect(try attributes.string("fixed") == "abc")
    #expect(try attributes.integer("int8") == -3)
    #expect(try attributes.integer("bool") == 1)
    #expect(try attributes.integer("one") == 7)
    for name in ["float", "text", "array"] {
      #expect(throws: HDF5Error.self) { try attributes.integer(name) }
    }
    for name in ["float", "int8", "array"] {
      #expect(throws: HDF5Error.self) { try attributes.string(name) }
    }
  }
}
