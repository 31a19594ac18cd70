// Forward and backward: the two halves of a row that reports show side by side.

/// One half of what an implementation computes.
public enum Direction: String, CaseIterable, Sendable {
  /// The outputs.
  case forward
  /// The gradients.
  case backward

  /// Whether a quantity is of this half.
  func contains(_ quantity: QuantityResult) -> Bool {
    quantity.name.hasPrefix(self == .forward ? "outputs/" : "gradients/")
  }
}

extension SampleResult {
  /// How one half came out; nil where there is nothing to say.
  ///
  /// A sample whose quantities were compared has the status of those of this half. Without quantities there is no
  /// telling what the halves would have been: a sample that passes (a refusal that was wanted) or fails (an answer
  /// where a refusal was wanted) counts as forward, any other status as both.
  func status(of direction: Direction) -> Status? {
    let quantities = quantities.filter(direction.contains)
    if !quantities.isEmpty { return Status.summary(of: quantities.map(\.status)) }
    guard self.quantities.isEmpty else { return nil }
    return direction == .forward || status != .pass && status != .fail ? status : nil
  }
}

extension RowResult {
  /// How one half came out over all samples: passes only when every sample's does; nil where no sample says
  /// anything about it.
  public func status(of direction: Direction) -> Status? {
    guard !samples.isEmpty else { return status }
    let parts = samples.compactMap { $0.status(of: direction) }
    return parts.isEmpty ? nil : Status.summary(of: parts)
  }

  /// Whether gradients were compared.
  var hasGradients: Bool {
    samples.contains { $0.quantities.contains(where: Direction.backward.contains) }
  }
}

extension Status {
  /// A tick, a cross, or a word.
  var mark: String {
    switch self {
    case .pass: "✓"
    case .fail: "✗"
    default: rawValue
    }
  }
}
