// Checks one fixture: the file's schema, then every sample's, then what the row's samples are together.

import Foundation
import HDF5

/// Checks one fixture in the process that calls it.
public struct FixtureLint {
  let file: String
  private(set) var findings: [LintFinding] = []
  private(set) var coverage: [SampleCoverage] = []

  /// Checks a fixture.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: What findings call it.
  ///   - row: The manifest's id, title and digests; nil without a manifest.
  public init(reading path: String, name: String, row: Suite.Row? = nil) {
    file = name
    do {
      guard let image = FileManager.default.contents(atPath: path) else {
        throw FixtureError("the file cannot be read")
      }
      if let digest = row?.digest, digest != SHA256.hexDigest(of: image) {
        report(nil, nil, "the SHA-256 is \(SHA256.hexDigest(of: image))", "\(digest), the manifest's")
      }
      try check(image, row)
    } catch {
      report(nil, nil, "\(error)", "a fixture of format version \(Fixture.formatVersion)")
    }
  }

  /// A line of JSON for each finding and each sample's coverage, then `{"done": true}`.
  public var lines: [String] {
    findings.map { JSONValue.object(["finding": $0.json]).text }
      + coverage.map { JSONValue.object(["coverage": $0.json]).text } + ["{\"done\": true}"]
  }

  mutating func report(
    _ sample: String?, _ dataset: String?, _ problem: String, _ expected: String,
    _ severity: LintFinding.Severity = .error
  ) {
    findings.append(
      LintFinding(
        severity: severity, file: file, sample: sample, dataset: dataset, problem: problem,
        expected: expected))
  }

  private mutating func check(_ image: Data, _ row: Suite.Row?) throws {
    let fixture = try Fixture(image: image, name: file)
    let root = try HDF5File(image: image, name: file).root()
    try checkSchema(ofRoot: root)
    if let row, row.digest != nil, (fixture.id, fixture.title) != (row.id, row.title) {
      report(nil, "/@id", "it is \"\(fixture.id)\", \"\(fixture.title)\"", "\"\(row.id)\", \"\(row.title)\"")
    }
    if !file.hasSuffix("\(fixture.id).h5") {
      report(nil, "/@id", "it is \"\(fixture.id)\"", "the path without its ending")
    }
    if fixture.provenance.flatMap({ try? JSONValue(parsing: $0) })?.objectValue == nil {
      report(nil, "/@provenance", "it is missing or no JSON object", "a JSON object")
    }
    var samples: [Sample] = []
    for (number, name) in fixture.sampleNames.enumerated() {
      let due = String(format: "%04d", number)
      if name != due { report(name, nil, "the name is \"\(name)\"", "\"\(due)\"") }
      do {
        try checkSchema(of: try fixture.samples.group(name), name)
        let sample = try fixture.sample(name)
        check(sample)
        samples.append(sample)
        try checkTrace(of: sample, fixture)
      } catch {
        report(name, nil, "\(error)", "a sample of format version \(Fixture.formatVersion)")
      }
    }
    checkDTypes(samples)
    let scores = checkAdmission(samples)
    coverage = samples.map { SampleCoverage($0, passing: scores[$0.name] ?? []) }
    if let row, row.digest != nil { try checkContent(image, row) }
  }

  private mutating func checkContent(_ image: Data, _ row: Suite.Row) throws {
    guard let expected = row.contentDigest else {
      report(nil, nil, "the manifest gives no content_sha256", "the digest of the content")
      return
    }
    let digest = try ContentDigest.hexDigest(of: image, name: file)
    if digest != expected {
      report(nil, nil, "the content's SHA-256 is \(digest)", "\(expected), the manifest's")
    }
  }

  private mutating func checkDTypes(_ samples: [Sample]) {
    let computed = samples.filter { if case .values = $0.expectation { true } else { false } }
    let operations = Dictionary(grouping: computed, by: \.computation.operation)
    for (operation, samples) in operations.sorted(by: { $0.key < $1.key }) {
      let found = Set(samples.map(\.computation.precision))
      for precision in [Precision.float32, .float64] where !found.contains(precision) {
        report(nil, operation, "no sample is \(precision.rawValue)", "samples in both dtypes", .warning)
      }
    }
  }
}
