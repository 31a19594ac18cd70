// Directories of fixtures: the rows of the table and the files that they come from.

import Foundation

/// A directory that cannot be scored.
public struct SuiteError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The reason, with the file's name.
  public let description: String
}

/// The rows that a directory of fixtures makes.
///
/// `manifest.json` lists them in table order, with the files' SHA-256. Without a manifest they are all files below
/// the directory whose name ends in `.h5`, sorted by path.
public struct Suite: Sendable {
  /// One row and the file that it comes from.
  public struct Row: Equatable, Sendable {
    /// Section and case.
    public let id: String
    /// The text in the table.
    public let title: String
    /// The fixture's path, relative to the directory.
    public let file: String
    /// The file's SHA-256 in hexadecimal; nil without a manifest.
    public let digest: String?
    /// The digest of what the file says, whatever its bytes; nil where the manifest doesn't give it.
    public let contentDigest: String?
    /// Why the file's reader failed when it asked which row this is; nil when it didn't.
    let readerFailure: String?

    /// One row and its file.
    public init(id: String, title: String, file: String, digest: String? = nil, contentDigest: String? = nil)
    {
      (self.id, self.title, self.file) = (id, title, file)
      (self.digest, self.contentDigest) = (digest, contentDigest)
      readerFailure = nil
    }

    /// A file that fails its reader, named by its path.
    init(file: String, readerFailure: String) {
      (id, title, self.file) = (String(file.dropLast(3)), String(file.dropLast(3)), file)
      (digest, contentDigest, self.readerFailure) = (nil, nil, readerFailure)
    }
  }

  /// The largest file that is read.
  public static let largestFile = 256 << 20
  /// The largest manifest: read as JSON, some texts take 200 times their length in memory.
  public static let largestManifest = 2 << 20

  /// Where the fixtures are.
  public let directory: URL
  /// The rows in table order.
  public private(set) var rows: [Row]

  /// Finds the rows of a directory.
  ///
  /// - Parameters:
  ///   - directory: The directory.
  ///   - describe: What gives the id and title of a fixture, where there is no manifest; nil when it can't be opened.
  ///     By default it is opened in this process.
  /// - Throws: ``SuiteError`` when it is no directory, holds no fixtures, or its manifest cannot be used.
  public init(
    directory: URL,
    describe: (_ path: String) throws(ReaderFailure) -> (id: String, title: String)? = Self.description
  ) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory.path, isDirectory: &isDirectory) else {
      throw SuiteError(description: "\(directory.relativePath): no such directory")
    }
    guard isDirectory.boolValue else {
      throw SuiteError(description: "\(directory.relativePath): not a directory")
    }
    self.directory = directory
    rows = []
    let manifest = directory.appendingPathComponent("manifest.json")
    if FileManager.default.fileExists(atPath: manifest.path) {
      rows = try Manifest.rows(of: manifest)
    } else {
      rows = try foundRows(describe)
    }
    guard !rows.isEmpty else { throw SuiteError(description: "\(directory.relativePath): no fixtures") }
  }

  /// Keeps the rows whose id matches a shell pattern; `*` matches `/` too.
  public func filtered(_ pattern: String) -> Suite {
    var suite = self
    suite.rows = rows.filter { fnmatch(pattern, $0.id, 0) == 0 }
    return suite
  }

  /// Whether the row's file is there.
  public func hasFile(of row: Row) -> Bool {
    FileManager.default.fileExists(atPath: directory.appendingPathComponent(row.file).path)
  }

  /// Opens the fixture of a row.
  ///
  /// - Throws: ``FixtureError`` when the file lies outside the directory, is not the one of the manifest, or is no
  ///   fixture of this row.
  public func fixture(of row: Row) throws -> Fixture {
    let image = try contents(of: row)
    if let digest = row.digest, SHA256.hexDigest(of: image) != digest {
      throw FixtureError("the SHA-256 is not the manifest's")
    }
    let fixture = try Fixture(image: image, name: row.file)
    guard fixture.id == row.id, fixture.title == row.title else {
      throw FixtureError("it is \"\(fixture.id)\", \"\(fixture.title)\", not this row")
    }
    return fixture
  }

  /// The path of a row's file, when it is a file in the directory that is not too large.
  ///
  /// - Throws: ``UnusableFile``.
  func path(of row: Row) throws(UnusableFile) -> String {
    let root = directory.resolvingSymlinksInPath().standardizedFileURL.pathComponents
    let url = directory.appendingPathComponent(row.file).resolvingSymlinksInPath().standardizedFileURL
    guard url.pathComponents.starts(with: root), !row.file.hasPrefix("/") else {
      throw UnusableFile(status: .unreadable, reason: "the file lies outside the directory")
    }
    guard hasFile(of: row) else { throw UnusableFile(status: .missing, reason: "is missing") }
    let values = try? url.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
    guard let values, values.isRegularFile == true else {
      throw UnusableFile(status: .unreadable, reason: "it is not a file")
    }
    guard let size = values.fileSize, size <= Self.largestFile else {
      throw UnusableFile(
        status: .unreadable, reason: "the file is larger than \(Self.largestFile) bytes")
    }
    return url.path
  }

  private func contents(of row: Row) throws -> Data {
    let path: String
    do {
      path = try self.path(of: row)
    } catch {
      throw FixtureError(error.reason)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FixtureError("the file cannot be read")
    }
    return data
  }

  /// The rows without a manifest. A file that is no fixture is a row too, named by its path.
  private func foundRows(
    _ describe: (String) throws(ReaderFailure) -> (id: String, title: String)?
  ) throws -> [Row] {
    guard let paths = FileManager.default.enumerator(atPath: directory.resolvingSymlinksInPath().path) else {
      throw SuiteError(description: "\(directory.relativePath): cannot be read")
    }
    let files = paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".h5") }.sorted()
    var seen: Set<String> = []
    return files.map { file in
      let path = String(file.dropLast(3))
      let unnamed = Row(id: path, title: path, file: file)
      guard let path = try? self.path(of: unnamed) else { return unnamed }
      do throws(ReaderFailure) {
        guard let found = try describe(path), seen.insert(found.id).inserted else { return unnamed }
        return Row(id: found.id, title: found.title, file: file)
      } catch {
        return Row(file: file, readerFailure: error.description)
      }
    }
  }

  /// What a fixture says of itself, opened in this process.
  public static func description(of path: String) -> (id: String, title: String)? {
    (try? Fixture(reading: path)).map { ($0.id, $0.title) }
  }
}

/// A row's file that can't be opened.
struct UnusableFile: Error {
  let status: Status
  let reason: String

  /// A sentence about the file of that name.
  func message(for file: String) -> String { status == .missing ? "\(file) \(reason)" : "\(file): \(reason)" }
}

/// Reading `manifest.json`.
private enum Manifest {
  static func rows(of file: URL) throws -> [Suite.Row] {
    func fault(_ reason: String) -> SuiteError { SuiteError(description: "\(file.relativePath): \(reason)") }
    let values = try? file.resolvingSymlinksInPath().resourceValues(
      forKeys: [.isRegularFileKey, .fileSizeKey])
    guard let size = values?.fileSize, values?.isRegularFile == true else { throw fault("it is not a file") }
    guard size <= Suite.largestManifest else {
      throw fault("it is larger than \(Suite.largestManifest) bytes")
    }
    guard let data = try? Data(contentsOf: file), let text = String(validating: data, as: UTF8.self) else {
      throw fault("cannot be read")
    }
    let manifest: JSONValue
    do {
      manifest = try JSONValue(parsing: text)
    } catch {
      throw fault("\(error)")
    }
    let members = manifest.objectValue ?? [:]
    guard members["format"]?.stringValue == "autograd-conformance" else {
      throw fault("the format is not \"autograd-conformance\"")
    }
    guard members["format_version"]?.intValue == Fixture.formatVersion else {
      throw fault("the format's version is not \(Fixture.formatVersion)")
    }
    guard let entries = members["rows"]?.arrayValue else { throw fault("rows are missing") }
    var seen: Set<String> = []
    return try entries.enumerated().map { number, entry in
      let members = entry.objectValue ?? [:]
      guard let id = members["id"]?.stringValue, let title = members["title"]?.stringValue,
        let path = members["file"]?.stringValue, let digest = members["sha256"]?.stringValue
      else { throw fault("row \(number + 1) lacks id, title, file or sha256") }
      guard seen.insert(id).inserted else { throw fault("the row \"\(id)\" is there twice") }
      return Suite.Row(
        id: id, title: title, file: path, digest: digest.lowercased(),
        contentDigest: members["content_sha256"]?.stringValue?.lowercased())
    }
  }
}
