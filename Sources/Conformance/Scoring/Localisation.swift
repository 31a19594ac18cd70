// Where in a model the values depart from PyTorch's.

import HDF5

extension Fixture {
  /// The names of the values between a model's layers that a sample keeps, in forward order; none where it keeps
  /// none.
  ///
  /// - Throws: ``FixtureError`` when they cannot be read.
  package func traceOrder(of sample: String) throws -> [String] {
    try FixtureError.wrapping {
      let group = try samples.group(sample)
      guard group.contains("trace") else { return [] }
      let trace = try group.group("trace")
      let order = try JSONValue(parsing: trace.attributes.required("order")).arrayValue?.map(\.stringValue)
      guard let order, !order.contains(nil) else {
        throw FixtureError("\(trace.path)@order is no list of names")
      }
      return order.compactMap { $0 }
    }
  }

  /// The first value that is not PyTorch's, forward and then backward; nil when all are, or none is told.
  ///
  /// Rounding adds up along a model, and may leave the limits of the verdict, which hold for what is compared, long
  /// before what is wrong begins. So the first value counts that is ``farOff`` times the limit from the truth, and
  /// the first beyond the limit only when there is none.
  ///
  /// - Throws: ``FixtureError`` when the sample cannot be read.
  func departure(of trace: Trace, in sample: String) throws -> String? {
    try departure(of: trace, in: sample, times: Self.farOff) ?? departure(of: trace, in: sample, times: 1)
  }

  /// How many times the limit is no rounding.
  package static var farOff: Double { 16 }

  /// The first value that is so many times its limit from the truth, or has another shape or other infinities.
  ///
  /// - Throws: ``FixtureError`` when the sample cannot be read.
  package func departure(of trace: Trace, in sample: String, times factor: Double) throws -> String? {
    let order = try traceOrder(of: sample)
    return try FixtureError.wrapping {
      let reader = try SampleReader(samples.group(sample), sample, isTraced: true)
      for (part, values, names) in [
        ("outputs", trace.outputs, order), ("gradients", trace.gradients, order.reversed()),
      ] {
        let references = try reader.references("trace/\(part)")
        for name in names {
          guard let value = values[name], let reference = references[name] else { continue }
          let verdict = Verdict(value, against: reference)
          if let failure = verdict.failure, verdict.exceedsLimit(times: factor) {
            return "\(part == "outputs" ? "forward" : "backward"), \(name) \(failure)"
          }
        }
      }
      return nil
    }
  }
}

extension Verdict {
  /// Whether the error is so many times the limit; what no distance was measured of is.
  fileprivate func exceedsLimit(times factor: Double) -> Bool {
    guard let error, let limit else { return true }
    return error > factor * limit
  }
}

extension Computation {
  /// The same computation, asking for values between the layers.
  package func tracing(_ names: [String]) -> Computation {
    Computation(
      operation: operation, arguments: arguments, precision: precision, inputs: inputs,
      cotangents: cotangents, retained: retained, traced: names)
  }
}
