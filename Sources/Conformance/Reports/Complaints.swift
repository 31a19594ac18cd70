// What is wrong in a row, each thing once: what reports for people list.

/// Something that is wrong with one sample or several of a row.
struct Complaint: Equatable, CustomStringConvertible {
  /// What is wrong.
  let message: String
  /// Where, in the order of their names.
  fileprivate(set) var samples: [SampleResult]

  /// How many a report lists of one row.
  static let mostShown = 20

  /// The first sample, how many more there are, and what is wrong.
  var description: String {
    let more = samples.count > 1 ? " and \(samples.count - 1) more" : ""
    return (samples.first?.label ?? "") + more + ": " + message
  }
}

extension SampleResult {
  /// Its name, with operation and precision where they are known.
  var label: String {
    let what = [operation, precision?.rawValue].compactMap { $0 }
    return "sample \(name)" + (what.isEmpty ? "" : " (\(what.joined(separator: ", ")))")
  }

  /// Everything that is wrong; empty for what passes.
  var complaints: [String] {
    guard status != .pass else { return [] }
    let failures = quantities.compactMap { quantity in
      quantity.verdict.failure.map { "\(quantity.name) \($0)" }
    }
    let prefix = status == .error ? "error: " : ""
    return failures.isEmpty ? [prefix + (message ?? status.rawValue)] : failures
  }
}

extension RowResult {
  /// Everything that is wrong with the samples, those with the same message together; empty for a row without
  /// samples, which has a message of its own.
  var complaints: [Complaint] {
    var places: [String: Int] = [:]
    var complaints: [Complaint] = []
    for sample in samples {
      for message in sample.complaints {
        if let place = places[message] {
          complaints[place].samples.append(sample)
        } else {
          places[message] = complaints.count
          complaints.append(Complaint(message: message, samples: [sample]))
        }
      }
    }
    return complaints
  }
}
