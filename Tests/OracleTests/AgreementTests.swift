// The three oracles agree on the committed fixtures, and a changed number is seen by each that can see it.

import Conformance
import ConformanceAudit
import Testing

@Suite struct AgreementTests {
  @Test(arguments: try committedSuite().rows.map(\.id))
  func rowIsVouchedFor(id: String) throws {
    let suite = try committedSuite().filtered(id)
    let row = OracleTable.Row(try #require(suite.rows.first), of: suite)
    #expect(row.complaints == [])
    #expect(OracleTable([row]).text.contains("1/1 rows are vouched for"))
  }

  /// A row, a quantity that it stores, and the oracles that must see it changed.
  struct Falsification: CustomTestStringConvertible, Sendable {
    let row: String
    let part: Part
    let name: String
    let seenBy: [String]
    var testDescription: String { "\(row) \(name)" }

    init(_ row: String, _ part: Part, _ name: String, _ seenBy: String...) {
      (self.row, self.part, self.name, self.seenBy) = (row, part, name, seenBy)
    }
  }

  @Test(arguments: [
    Falsification(
      "layer/linear", .gradients, "weight", "differences", "definition", "homogeneity", "adjointness",
      "split",
      "permutation"),
    Falsification(
      "layer/conv2d", .gradients, "input", "differences", "definition", "homogeneity", "adjointness", "split"),
    Falsification(
      "layer/conv_transpose1d", .outputs, "output", "definition", "homogeneity", "adjointness", "additivity",
      "split"),
    Falsification("functional/add", .outputs, "output", "definition", "homogeneity"),
    Falsification("functional/pow", .gradients, "exponent", "differences", "definition"),
    Falsification("activation/softmax", .outputs, "output", "definition", "rows", "split"),
    Falsification("activation/softmax", .gradients, "input", "differences", "definition", "rows"),
    Falsification("pooling/max_pool2d", .gradients, "input", "differences", "definition", "homogeneity"),
    Falsification("regularization/batch_norm1d", .outputs, "running_mean", "definition", "permutation"),
    Falsification("regularization/batch_norm2d", .outputs, "running_var", "definition", "permutation"),
    Falsification("regularization/batch_norm2d", .gradients, "input", "differences", "definition", "moments"),
    Falsification("loss/ctc_loss", .outputs, "output", "definition", "alignments", "permutation"),
    Falsification("loss/ctc_loss", .gradients, "log_probs", "definition", "alignments"),
    Falsification(
      "model/gru_classifier", .gradients, "rnn.weight_hh_l0", "differences", "definition", "split"),
    Falsification(
      "model/res_block", .gradients, "cbn1.conv.weight", "differences", "definition", "permutation"),
    Falsification("attention/attention", .outputs, "weights", "definition", "rows", "split"),
    Falsification("attention/attention", .gradients, "query", "definition", "split"),
    Falsification("optim/adam", .outputs, "params/1/0", "definition"),
    Falsification("optim/sgd", .outputs, "params/1/0", "definition"),
    Falsification("decoding/greedy_search", .outputs, "score", "definition"),
    Falsification("decoding/beam_search", .outputs, "score", "definition"),
  ])
  func changedNumberIsSeen(_ given: Falsification) throws {
    let sample = try sample(of: given.row, storing: given.part, given.name)
    #expect(sample.complaints == [])
    let complaints = try sample.falsified(given.part, given.name).complaints
    let place = "\(given.part)/\(given.name)"
    #expect(
      complaints.contains { $0.hasPrefix("\(sample.name) \(place): definition: at [") }, "\(complaints)")
    for oracle in given.seenBy {
      #expect(complaints.contains { $0.contains(oracle) }, "\(oracle) doesn't see it")
    }
  }

  /// A float32 value may be off by rounding only, though its truth is right.
  @Test func changedFloat32ValueIsSeen() throws {
    let sample = try #require(try samples(of: "layer/linear").first)
    #expect(sample.computation.precision == .float32)
    guard case .values(var outputs, let gradients) = sample.expectation, let output = outputs["output"],
      case .float32(var numbers) = output.value.elements
    else {
      Issue.record("no float32 output")
      return
    }
    let place = try #require(numbers.indices.max { abs(numbers[$0]) < abs(numbers[$1]) })
    numbers[place] *= 1 + 1e-4
    outputs["output"] = try Reference(
      value: Value(shape: output.value.shape, .float32(numbers)),
      truth: Value(shape: output.value.shape, .float64(try #require(output.truth))), precision: .float32)
    let changed = Sample(
      name: sample.name, computation: sample.computation,
      expectation: .values(outputs: outputs, gradients: gradients))
    #expect(changed.complaints.count == 1)
    #expect(changed.complaints.first?.hasPrefix("0000 outputs/output [\(place)]: float32") == true)
  }

  @Test func poisonedGradientIsSeen() throws {
    let sample = try sample(of: "functional/mul", storing: .gradients, "input")
    let complaints = try sample.replacing(.gradients, "input") { value in
      Value(shape: value.shape, .float64((value.numbers ?? []).map { _ in .nan }))
    }.complaints
    for oracle in ["differences", "definition"] {
      #expect(complaints.contains { $0.contains(oracle) }, "\(oracle): \(complaints)")
    }
  }

  @Test func otherTextIsSeen() throws {
    let sample = try #require(try samples(of: "decoding/greedy_search").last)
    let complaints = try sample.replacing(.outputs, "path") { _ in Value(shape: [], .string(["?"])) }
      .complaints
    for oracle in ["definition", "exhaustion"] {
      #expect(complaints.contains { $0.contains("outputs/path: \(oracle)") }, "\(complaints)")
    }
  }
}
