// Operations on tensors: arithmetic, changes of shape, reductions, activations.

import Conformance
import PuruTorch

extension OperationTable {
  static let arithmetic: [String: Operation] = [
    "add": .output { try $0.input() + $0.input("other") },
    "sub": .output { try $0.input() - $0.input("other") },
    "mul": .output { try $0.input() * $0.input("other") },
    "div": .output { try $0.input() / $0.input("other") },
    "pow": .output { try $0.input() ** $0.input("exponent") },
    "neg": .output { try -$0.input() },
    "log": .output { try $0.input().log() },
    "exp": .output { try $0.input().exp() },
    "matmul": .output { try $0.input().matmul($0.input("other")) },
  ]

  static let shapes: [String: Operation] = [
    "transpose": .output {
      guard $0.has("dim0") || $0.has("dim1") else { return try $0.input().transposed() }
      return try $0.input().transposed($0.argument("dim0"), $0.argument("dim1"))
    },
    "permute": .output { try $0.input().permuted($0.argument("dims")) },
    "reshape": .output { try $0.input().reshaped($0.argument("shape") as [Int]) },
    "squeeze": .output {
      guard let dim: IntOrList = try $0.optional("dim") else { return try $0.input().squeezed() }
      return try $0.input().squeezed(dim.values)
    },
    "unsqueeze": .output { try $0.input().unsqueezed($0.argument("dim")) },
    "slice": .output {
      let index: [SliceArgument] = try $0.argument("index")
      return try $0.input().sliced(index.map(\.item))
    },
  ]

  static let reductions: [String: Operation] = [
    "sum": .output { try $0.input().sum(dim: $0.dims(), keepDims: $0.argument("keepdim", default: false)) },
    "mean": .output { try $0.input().mean(dim: $0.dims(), keepDims: $0.argument("keepdim", default: false)) },
    "amax": .output { try $0.input().amax(dim: $0.dims(), keepDims: $0.argument("keepdim", default: false)) },
    "max": .output {
      guard let dim: Int = try $0.optional("dim") else { return try $0.input().max() }
      return try $0.input().max(dim: dim, keepDims: $0.argument("keepdim", default: false)).values
    },
    "var": .output {
      try $0.input().variance(
        dim: $0.dims(), correction: $0.argument("correction", default: 1),
        keepDims: $0.argument("keepdim", default: false))
    },
  ]

  static let activations: [String: Operation] = [
    "identity": .output { try Functional.identity($0.input()) },
    "sigmoid": .output { try $0.input().sigmoid() },
    "relu": .output { try $0.input().relu() },
    "tanh": .output { try $0.input().tanh() },
    "softmax": .output { try $0.input().softmax(dim: $0.argument("dim")) },
    "log_softmax": .output { try $0.input().logSoftmax(dim: $0.argument("dim")) },
  ]
}

extension Call {
  /// The dimensions of a reduction; none stands for all.
  fileprivate func dims() throws -> [Int] {
    let dim: IntOrList? = try optional("dim")
    return dim?.values ?? []
  }
}

/// One place of a slice.
private struct SliceArgument: CallArgument {
  package static var expected: String {
    #"{"at": i}, {"from": i or null, "to": j or null, "step": k}, "ellipsis" or "newaxis""#
  }

  let item: IndexItem

  package init?(argument: JSONValue) {
    switch argument {
    case .string("ellipsis"): item = .ellipsis
    case .string("newaxis"): item = .newAxis
    case .object(let members):
      if let position = members["at"]?.intValue, members.count == 1 {
        item = .at(position)
        return
      }
      let bounds = [members["from"] ?? .null, members["to"] ?? .null, members["step"] ?? .null]
      guard Set(members.keys).isSubset(of: ["from", "to", "step"]),
        bounds.allSatisfy({ $0 == .null || $0.intValue != nil })
      else { return nil }
      item = .stride(from: bounds[0].intValue, to: bounds[1].intValue, by: bounds[2].intValue ?? 1)
    default: return nil
    }
  }
}
