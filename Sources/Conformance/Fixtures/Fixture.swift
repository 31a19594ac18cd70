// Fixtures: reading format version 1 from HDF5.

import Foundation
import HDF5

/// A file of samples that belong to one row of the table. Samples are read one at a time.
public struct Fixture: Sendable {
  /// The version of the format that is read.
  public static let formatVersion = 1

  /// Section and case, such as `functional/add`.
  public let id: String
  /// The row's text in the table.
  public let title: String
  /// JSON that says what made the numbers; nil when the file does not.
  public let provenance: String?
  /// The samples' names, in the order of their bytes.
  public let sampleNames: [String]
  let samples: HDF5Group

  /// Opens a fixture from a file's content.
  ///
  /// - Parameters:
  ///   - image: The file's content.
  ///   - name: the file's name.
  /// - Throws: ``FixtureError`` when it is not HDF5 or not a fixture of this version with at least one sample.
  public init(image: Data, name: String) throws {
    self = try FixtureError.wrapping {
      try Fixture(file: HDF5File(image: image, name: name))
    }
  }

  /// Opens a fixture.
  ///
  /// - Throws: ``FixtureError`` as for a file's content, and when the file cannot be read.
  public init(reading path: String) throws {
    self = try FixtureError.wrapping {
      try Fixture(file: HDF5File(reading: path))
    }
  }

  private init(file: HDF5File) throws {
    let root = try file.root()
    let attributes = root.attributes
    let format = try attributes.required("format")
    guard format == "autograd-conformance" else {
      throw FixtureError("the format is \"\(format)\", expected \"autograd-conformance\"")
    }
    guard let version = try attributes.integer("format_version") else {
      throw FixtureError("/@format_version is missing")
    }
    guard version == Self.formatVersion else {
      throw FixtureError("the format's version is \(version), expected \(Self.formatVersion)")
    }
    id = try attributes.required("id")
    title = try attributes.required("title")
    provenance = try attributes.string("provenance")
    samples = try root.group("samples")
    sampleNames = try samples.names()
    guard !sampleNames.isEmpty else { throw FixtureError("it holds no samples") }
  }

  /// Reads a sample.
  ///
  /// - Throws: ``FixtureError`` when something of it is missing, of a wrong type, or cannot be compared with.
  public func sample(_ name: String) throws -> Sample {
    try FixtureError.wrapping {
      let reader = try SampleReader(samples.group(name), name)
      return try reader.sample()
    }
  }
}
