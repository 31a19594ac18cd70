// The schema: which groups, datasets and attributes a fixture has, and how its elements are stored.

import HDF5

extension FixtureLint {
  /// The root and the group of samples.
  mutating func checkSchema(ofRoot root: HDF5Group) throws {
    requireOnly(
      ["format", "format_version", "id", "title", "provenance"], try root.attributes.names(), nil, "/@")
    requireOnly(["samples"], try root.names(), nil, "/")
    requireOnly([], try root.group("samples").attributes.names(), nil, "/samples@")
  }

  /// All that one sample's group holds.
  mutating func checkSchema(of group: HDF5Group, _ name: String) throws {
    let parts = ["inputs", "outputs", "cotangents", "gradients", "truth", "trace"]
    requireOnly(parts, try group.names(), name, "")
    if try group.names().contains("trace") {
      requireOnly(["outputs", "gradients"], try group.group("trace").names(), name, "trace/")
    }
    let isSingle = try group.attributes.required("dtype") == Precision.float32.rawValue
    var havingTruth: Set<String> = []
    // Truths come after what they are the truth of.
    for (path, object) in try group.objects() {
      switch object {
      case .group(let found):
        let known =
          path.isEmpty
          ? ["operation", "arguments", "dtype", "raises"] : path == "trace" ? ["order"] : []
        requireOnly(known, try found.attributes.names(), name, path + "@")
        if try found.names().isEmpty { report(name, path, "the group is empty", "no group") }
      case .dataset(let dataset):
        let attributes = dataset.attributes
        requireOnly(Self.attributes(of: path), try attributes.names(), name, path + "@")
        if let mark = try attributes.integer("cancels"), mark != 1 {
          report(name, path + "@cancels", "it is \(mark)", "1, or no attribute")
        }
        if try !dataset.isStoredAsRead() {
          report(
            name, path, "it is stored in another width, byte order or encoding",
            "little-endian float32, float64, int64 or uint8, or UTF-8 of variable length")
        }
        if !path.hasPrefix(Self.truth) {
          if isSingle, try dataset.value().dtype == "float32" { havingTruth.insert(Self.truth + path) }
        } else if !havingTruth.contains(path) {
          report(name, path, "it is there", "truths of float32 values only")
        }
      }
    }
  }

  private static let truth = "truth/"

  private static func attributes(of path: String) -> [String] {
    if path.hasPrefix("inputs/") { return ["requires_grad", "role"] }
    let areCompared = ["outputs/", "gradients/", "trace/"].contains { path.hasPrefix($0) }
    return areCompared ? ["cancels"] : []
  }

  private mutating func requireOnly(
    _ known: [String], _ found: [String], _ sample: String?, _ prefix: String
  ) {
    for name in found where !known.contains(name) {
      let expected = known.isEmpty ? "nothing" : "one of \(known.joined(separator: ", "))"
      report(sample, prefix + name, "it is unknown", expected)
    }
  }
}
