// The values between a model's layers: PyTorch's, and where a wrong layer departs from them.

import Conformance
import Foundation
import PuruTorch
import PuruTorchAdapter
import Testing

@Suite struct TraceTests {
  private let suite: Conformance.Suite

  init() throws {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    suite = try Conformance.Suite(directory: root.appendingPathComponent("reference"))
  }

  @Test(arguments: ["mlp", "cnn", "res_block", "rnn_classifier", "gru_classifier"])
  func everyValueIsPyTorchs(_ model: String) throws {
    let row = try #require(suite.filtered("model/\(model)").rows.first)
    let fixture = try suite.fixture(of: row)
    var count = 0
    for name in fixture.sampleNames {
      let traced = try fixture.traceOrder(of: name)
      guard !traced.isEmpty else { continue }
      let trace = try PuruTorchImplementation()
        .evaluate(fixture.sample(name).computation.tracing(traced)).trace
      // The sum of a block's two paths is no module's result.
      #expect(Set(trace.outputs.keys) == Set(traced).subtracting(["sum"]), "\(name)")
      #expect(Set(trace.gradients.keys) == Set(trace.outputs.keys), "\(name)")
      #expect(try fixture.departure(of: trace, in: name, times: Fixture.farOff) == nil, "\(name)")
      count += trace.outputs.count
    }
    #expect(count > 10)
  }

  /// Where the samples of a row depart with another version of an operation, and the values that they keep, in order.
  private func departures(_ model: String, _ operation: String, _ wrong: PuruTorchAdapter.Operation) throws
    -> [(place: String, order: [String])]
  {
    let row = try #require(suite.filtered("model/\(model)").rows.first)
    let fixture = try suite.fixture(of: row)
    let implementation = PuruTorchImplementation(.standard.replacing(operation, with: wrong))
    return try fixture.sampleNames.compactMap { name in
      let traced = try fixture.traceOrder(of: name)
      guard !traced.isEmpty else { return nil }
      let computation = try fixture.sample(name).computation.tracing(traced)
      return try fixture.departure(
        of: implementation.evaluate(computation).trace, in: name, times: Fixture.farOff
      ).map { ($0, traced) }
    }
  }

  @Test func aWrongValueIsFoundWhereItArises() throws {
    let departures = try departures("cnn", "tanh", .output { try $0.input().tanh() * 1.001 })
    #expect(departures.contains { $0.place.hasPrefix("forward, activations.0 at [") })
    #expect(departures.allSatisfy { $0.place.hasPrefix("forward, activations.") })
  }

  @Test func aWrongGradientIsFoundWhereItArises() throws {
    let departures = try departures(
      "mlp", "relu",
      .output { call in
        let right = try call.input().relu()
        return try right * 2 - right.detach()
      })
    // Backward comes to the last layer first, in whose way the last activation is.
    #expect(departures.count > 4)
    for (place, order) in departures {
      #expect(place.hasPrefix("backward, \(try #require(order.last)) at ["))
    }
  }
}
