// When a row is not vouched for: nothing covers it, an identity was tried on nothing, or an oracle could not answer.

import Conformance
import ConformanceAudit
import Testing

@Suite struct RuleTests {
  private func scalar(_ number: Double) -> Value { Value(shape: [], .float64([number])) }

  private func sample(
    _ operation: String, _ inputs: [String: Value], arguments: [String: JSONValue] = [:],
    cotangent: Value? = nil, outputs: [String: Value], gradients: [String: Value] = [:]
  ) throws -> Sample {
    Sample(
      name: "0000",
      computation: Computation(
        operation: operation, arguments: arguments, precision: .float64,
        inputs: inputs.sorted { $0.key < $1.key }.map { name, value in
          Operand(name: name, value: value, requiresGradient: gradients[name] != nil)
        }, cotangents: cotangent.map { ["output": $0] } ?? [:]),
      expectation: .values(
        outputs: try outputs.mapValues { try Reference(value: $0, precision: .float64) },
        gradients: try gradients.mapValues { try Reference(value: $0, precision: .float64) }))
  }

  @Test func unknownOperationIsCoveredByNothing() throws {
    let sample = try sample("nonsense", ["input": scalar(1)], outputs: ["output": scalar(2)])
    let row = OracleTable.Row("test/row", [sample])
    #expect(
      row.complaints == [
        "0000 definition: nonsense has no definition",
        "0000 outputs/output: nothing but PyTorch vouches for it", "nonsense: definition: tried on no sample",
      ])
    #expect(OracleTable([row]).complaints.first == "test/row 0000 definition: nonsense has no definition")
    #expect(OracleTable([row]).text.contains("0/1 rows are vouched for"))
  }

  @Test func unknownOutputIsCoveredByNothing() throws {
    let sample = try sample(
      "exp", ["input": scalar(0)], outputs: ["output": scalar(1), "more": scalar(1)])
    #expect(sample.complaints == ["0000 outputs/more: nothing but PyTorch vouches for it"])
  }

  @Test func rowWithoutNumbersIsVouchedForByNobody() throws {
    let refused = Sample(
      name: "0000", computation: Computation(operation: "exp", inputs: []),
      expectation: .raises("RuntimeError"))
    #expect(OracleTable.Row("test/row", [refused]).complaints == ["PyTorch vouches for nothing"])
    #expect(OracleTable.Row("test/row", []).complaints == ["PyTorch vouches for nothing"])
  }

  /// 120 frames have too many alignments.
  @Test func enumerationOfNothingFails() throws {
    let long = try samples(of: "loss/ctc_loss").filter { sample in
      sample.computation.inputs.contains { $0.name == "log_probs" && $0.value.shape[0] == 120 }
    }
    #expect(long.count == 2)
    let row = OracleTable.Row("loss/ctc_loss", long)
    #expect(row.complaints.contains("ctc_loss: alignments: tried on no sample"))
    #expect(OracleTable([row]).text.contains("left out 2 ctc_loss: sequences of more than 100000 alignments"))
  }

  @Test func narrowBeamsAloneFail() throws {
    let narrow = try samples(of: "decoding/beam_search").filter {
      $0.computation.arguments["beam_width"]?.intValue == 2
    }
    #expect(!narrow.isEmpty)
    #expect(
      OracleTable.Row("decoding/beam_search", narrow).complaints == [
        "decode.beam: exhaustion: tried on no sample"
      ])
  }

  /// At zero the derivative of relu is PyTorch's choice, which no differences can tell.
  @Test func differencesThatAreAllSkippedFail() throws {
    let one = scalar(1)
    let kinked = try sample(
      "relu", ["input": scalar(0)], cotangent: one, outputs: ["output": scalar(0)],
      gradients: ["input": scalar(0)])
    #expect(kinked.complaints == ["differences: all 1 directions are skipped"])
    let smooth = try sample(
      "relu", ["input": one], cotangent: one, outputs: ["output": one], gradients: ["input": one])
    #expect(smooth.complaints == [])
  }

  /// The library refuses an argument that it doesn't know, though the sample is stored as answered.
  @Test func refusalIsADisagreement() throws {
    let sample = try sample(
      "neg", ["input": Value(shape: [2, 1], .float64([1, 2]))], arguments: ["nonsense": .int(1)],
      cotangent: Value(shape: [2, 1], .float64([1, 2])),
      outputs: ["output": Value(shape: [2, 1], .float64([-1, -2]))],
      gradients: ["input": Value(shape: [2, 1], .float64([-1, -2]))])
    let complaints = sample.complaints
    for oracle in ["differences", "additivity", "permutation", "split"] {
      #expect(complaints.contains("0000 \(oracle): neg knows no nonsense"), "\(complaints)")
    }
  }

  /// Shapes that make no sense cost their row, and nothing else.
  @Test(arguments: [
    ("conv1d", ["input": [1, 1, 3], "weight": [1, 1, 2], "bias": [0]]),
    ("linear", ["input": [2], "weight": [0, 2]]),
    ("batch_norm", ["input": [2]]), ("cross_entropy", ["input": [2, 2], "target": []]),
    ("ctc_loss", ["log_probs": [2], "targets": [], "input_lengths": [], "target_lengths": []]),
    ("decode.beam", ["probabilities": [2, 2]]), ("model.rnn_classifier", ["input": [1]]),
    ("optim.sgd", ["params/0": [2], "grads/0/0": [3], "grads/-5/0": [2]]), ("slice", ["input": [2]]),
    ("scaled_dot_product_attention", ["query": [2, 2], "key": [2], "value": [2, 2]]),
  ])
  func oddShapesAreRefused(operation: String, shapes: [String: [Int]]) throws {
    let inputs = shapes.mapValues { Value(shape: $0, .float64(Array(repeating: 1, count: $0.reduce(1, *)))) }
    let arguments: [String: JSONValue] = [
      "symbols": .array([.string("a")]), "num_hidden_layers": .int(-1), "stride": .array([]),
      "training": .bool(true),
      "index": .array([.object(["at": .int(.min)]), .string("ellipsis"), .string("ellipsis")]),
    ]
    let sample = try sample(
      operation, inputs, arguments: arguments, outputs: ["output": Value(shape: [2], .float64([1, 2]))])
    #expect(!sample.complaints.isEmpty)
  }
}
