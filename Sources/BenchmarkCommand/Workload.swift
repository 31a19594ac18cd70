// What is timed: a name, and a call that does what the Python workload of the same name does.

import ArgumentParser
import PuruTorch

/// One workload, written with the public interface as a user would write it.
struct Workload {
  /// The name that the workload in PyTorch has too.
  let name: String
  /// How many operations one call performs; times are an operation's.
  let operations: Int
  /// Makes inputs and parameters and returns the call.
  let prepare: () throws -> () throws -> Void

  init(_ name: String, operations: Int = 1, _ prepare: @escaping () throws -> () throws -> Void) {
    self.name = name
    self.operations = operations
    self.prepare = prepare
  }

  /// All workloads whose speed is compared, in the order in which they run.
  static var all: [Workload] {
    overhead + perceptrons + convolutions + transposedConvolutions + pooling + normalization + losses
      + recurrent + ctc + attention + elementwise + reductions + broadcasts + products
  }

  /// The workload of that name.
  static func named(_ name: String, among workloads: [Workload]) throws -> Workload {
    guard let workload = workloads.first(where: { $0.name == name }) else {
      throw ValidationError("no workload is called '\(name)'")
    }
    return workload
  }
}

/// A call that computes without recording.
func forward(_ body: @escaping () throws -> Tensor) -> () throws -> Void {
  { _ = try noGrad { try body() } }
}

/// A call that computes, and goes back from a fixed gradient to the leaves, whose gradients start anew.
func forwardBackward(_ leaves: Tensor..., body: @escaping () throws -> Tensor) throws -> () throws -> Void {
  let upstream = try Tensor.normal(body().shape)
  return {
    for leaf in leaves { leaf.zeroGrad() }
    try body().backward(upstream)
  }
}

/// Whether a workload goes back, and to what.
enum Mode: String, CaseIterable {
  /// Forward only, nothing recorded.
  case forward = "fwd"
  /// Forward and back to all inputs.
  case forwardBackward = "fwd_bwd"
  /// Forward and back to the parameters, as in a first layer.
  case forwardBackwardToParameters = "fwd_bwd_w"

  /// With and without going back.
  static let both = [Mode.forward, .forwardBackward]
}
