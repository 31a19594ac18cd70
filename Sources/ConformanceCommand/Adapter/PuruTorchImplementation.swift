// PuruTorch as an implementation that the harness can score.

import Conformance

/// Maps the format's operations to PuruTorch.
struct PuruTorchImplementation: Implementation {
  let name = "PuruTorch"

  func evaluate(_ computation: Computation) throws -> Evaluation {
    throw UnsupportedOperation(computation.operation)
  }
}
