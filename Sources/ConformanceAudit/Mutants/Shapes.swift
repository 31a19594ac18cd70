// Mistakes in operations that only move elements.

import Conformance
import PuruTorch

extension Mutant {
  static let shapes: [Mutant] =
    transposeMistakes
    + permuteMistakes
    + reshapeMistakes
    + squeezeMistakes
    + unsqueezeMistakes
    + sliceMistakes

  private static let transposeMistakes = of(
    "functional/transpose", "transpose", .zeroGradient(), .wrongSign(), .halfOutput,
    Mistake("the gradient is not transposed back") { request in
      let output = try request.output()
      let input = try request["input"]
      return try input.reshaped(output.shape) + (output - input.reshaped(output.shape)).detach()
    },
    Mistake("it is a reshape to the transposed shape") {
      try $0["input"].reshaped($0.output().shape)
    },
    Mistake("the last two dimensions are exchanged, whatever is asked for") { request in
      let input = try request["input"]
      return try input.ndim < 2 ? input : input.transposed(-1, -2)
    })

  private static let permuteMistakes = of(
    "functional/transpose", "permute",
    Mistake("the inverse permutation is applied") { request in
      let dims = request.integers("dims") ?? []
      let count = try request["input"].ndim
      let places = dims.map { $0 < 0 ? $0 + count : $0 }
      return try request["input"].permuted(places.indices.map { places.firstIndex(of: $0) ?? 0 })
    },
    Mistake("the gradient is permuted once more instead of back") { request in
      let (dims, shape) = (request.integers("dims") ?? [], try request["input"].shape)
      return try request.output().withGradient { try $0.permuted(dims).reshaped(shape).permuted(dims) }
    })

  private static let reshapeMistakes = of(
    "functional/reshape", "reshape", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .doubledGradient(), .lastGradient(),
    Mistake("elements are taken in column-major order") { request in
      try request["input"].transposed().reshaped(request.output().shape)
    })

  private static let squeezeMistakes = of(
    "functional/squeeze", "squeeze", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .ignored("dim"), .lastGradient(),
    Mistake("all dimensions stay") { try $0["input"] })

  private static let unsqueezeMistakes = of(
    "functional/unsqueeze", "unsqueeze", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .always("dim", .int(0)), .lastGradient(),
    Mistake("negative dimensions are counted before the new one is there") { request in
      guard let dim = request.integer("dim"), dim < 0 else { return try request.output() }
      return try request["input"].unsqueezed(Swift.max(0, dim + request["input"].ndim))
    })

  private static let sliceMistakes = of(
    "functional/slice", "slice", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    Self.slice("steps are ignored") { members in members["step"] = .int(1) },
    Self.slice("the start is off by one") { members in
      if let start = members["from"]?.intValue { members["from"] = .int(start + 1) }
    },
    Self.slice("the end is included") { members in
      if let end = members["to"]?.intValue, end != -1 { members["to"] = .int(end + 1) }
    },
    Self.slice("negative positions are taken for zero") { members in
      if let position = members["at"]?.intValue, position < 0 { members["at"] = .int(0) }
    },
    .output("the gradient is put back in reverse order") { output in
      try output.withGradient { try $0.flipped(from: 0) }
    },
    .output("the first element's gradient is lost") { output in
      try output.withGradient { try $0.without(0) }
    })

  private static func slice(
    _ description: String, _ change: @escaping @Sendable (inout [String: JSONValue]) -> Void
  ) -> Mistake {
    .request(description) { request in
      guard let places = request.arguments["index"]?.arrayValue else { return }
      request.arguments["index"] = .array(
        places.map { place in
          guard var members = place.objectValue else { return place }
          change(&members)
          return .object(members)
        })
    }
  }
}
