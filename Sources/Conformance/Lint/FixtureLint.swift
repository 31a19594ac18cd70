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
  ///   - row: The manifest's id, title and digest; nil without a manifest.
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
    try requireOnly(
      ["format", "format_version", "id", "title", "provenance"], try root.attributes.names(), nil, "/@")
    try requireOnly(["samples"], try root.names(), nil, "/")
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
        try checkNames(try fixture.samples.group(name), name)
        let sample = try fixture.sample(name)
        check(sample)
        samples.append(sample)
      } catch {
        report(name, nil, "\(error)", "a sample of format version \(Fixture.formatVersion)")
      }
    }
    checkDTypes(samples)
    let scores = checkAdmission(samples)
    coverage = samples.map { SampleCoverage($0, passing: scores[$0.name] ?? []) }
  }

  /// Attributes, groups and truths of one sample, by name.
  private mutating func checkNames(_ group: HDF5Group, _ name: String) throws {
    try requireOnly(["operation", "arguments", "dtype", "raises"], try group.attributes.names(), name, "@")
    let parts = ["inputs", "outputs", "cotangents", "gradients", "truth", "trace"]
    try requireOnly(parts, try group.names(), name, "")
    for part in try group.names() where try parts.contains(part) && group.datasets(in: part).isEmpty {
      report(name, part, "the group is empty", "no group")
    }
    let isSingle = try group.attributes.required("dtype") == Precision.float32.rawValue
    for part in ["outputs", "gradients"] {
      var due: Set<String> = []
      for (path, dataset) in try group.datasets(in: part) {
        try requireOnly(["cancels"], try dataset.attributes.names(), name, "\(part)/\(path)@")
        if let mark = try dataset.attributes.integer("cancels"), mark != 1 {
          report(name, "\(part)/\(path)@cancels", "it is \(mark)", "1, or no attribute")
        }
        if isSingle, try dataset.value().dtype == "float32" { due.insert(path) }
      }
      for (path, _) in try group.datasets(in: "truth/\(part)") where !due.contains(path) {
        report(name, "truth/\(part)/\(path)", "it is there", "truths of float32 values only")
      }
    }
    for (path, dataset) in try group.datasets(in: "inputs") {
      try requireOnly(
        ["requires_grad", "role"], try dataset.attributes.names(), name, "inputs/\(path)@")
    }
    if try group.names().contains("truth") {
      try requireOnly(["outputs", "gradients", "trace"], try group.group("truth").names(), name, "truth/")
    }
    if try group.names().contains("trace") {
      let trace = try group.group("trace")
      try requireOnly(["order"], try trace.attributes.names(), name, "trace@")
      try requireOnly(["outputs", "gradients"], try trace.names(), name, "trace/")
      let order = try JSONValue(parsing: trace.attributes.required("order")).arrayValue ?? []
      let known = Set(order.compactMap(\.stringValue))
      for part in ["outputs", "gradients"] {
        for (path, _) in try trace.datasets(in: part) where !known.contains(path) {
          report(name, "trace/\(part)/\(path)", "the order does not name it", "a name of trace@order")
        }
      }
    }
  }

  private mutating func requireOnly(
    _ known: [String], _ found: [String], _ sample: String?, _ prefix: String
  ) throws {
    for name in found where !known.contains(name) {
      report(sample, prefix + name, "it is unknown", "one of \(known.joined(separator: ", "))")
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

extension HDF5Group {
  /// The datasets of a subgroup by their names in it; none when it is absent.
  fileprivate func datasets(in part: String) throws -> [(path: String, dataset: HDF5Dataset)] {
    var group = self
    for name in part.split(separator: "/").map(String.init) {
      guard group.contains(name) else { return [] }
      group = try group.group(name)
    }
    return try group.datasets()
  }
}
