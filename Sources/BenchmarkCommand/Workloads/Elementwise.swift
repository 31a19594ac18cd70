// Workloads of elementwise functions on a thousand, 65,536 and four million elements.

import PuruTorch

extension Workload {
  static var elementwise: [Workload] {
    [(4_000_000, "4M"), (1000, "1k"), (65536, "64k")].flatMap { count, size in
      unary.map { name, function in
        Workload("ew.\(name).\(size)") {
          let x = try Tensor.uniform([count], low: 0.1, high: 4.1)
          return forward { try function(x) }
        }
      }
        + binary.map { name, function in
          Workload("ew.\(name).\(size)") {
            let x = try Tensor.uniform([count], low: 0.5, high: 1.5)
            let y = try Tensor.uniform([count], low: 0.5, high: 1.5)
            return forward { try function(x, y) }
          }
        } + intoOthers(count, size) + withGradients(count, size)
    }
  }

  private static var unary: [(String, (Tensor) throws -> Tensor)] {
    [
      ("exp", { try $0.exp() }), ("tanh", { try $0.tanh() }), ("sigmoid", { try $0.sigmoid() }),
      ("relu", { try $0.relu() }), ("log", { try $0.log() }), ("sqrt", { try $0.sqrt() }),
    ]
  }

  private static var binary: [(String, (Tensor, Tensor) throws -> Tensor)] {
    [
      ("add", { try $0 + $1 }), ("mul", { try $0 * $1 }), ("div", { try $0 / $1 }), ("pow", { try $0 ** $1 }),
    ]
  }

  /// Results that go into a tensor that is there already.
  private static func intoOthers(_ count: Int, _ size: String) -> [Workload] {
    [
      Workload("ew.exp.out.\(size)") {
        let (x, output) = (try Tensor.normal([count]), try Tensor.zeros([count]))
        return { try noGrad { try output.assign(x.exp()) } }
      },
      Workload("ew.add.out.\(size)") {
        let (x, y) = (try Tensor.normal([count]), try Tensor.normal([count]))
        let output = try Tensor.zeros([count])
        return { try noGrad { try output.assign(x + y) } }
      },
    ]
  }

  private static func withGradients(_ count: Int, _ size: String) -> [Workload] {
    [
      Workload("ew.tanh.\(size).fwd_bwd") {
        let x = try Tensor.normal([count], requiresGrad: true)
        return try forwardBackward(x) { try x.tanh() }
      },
      Workload("ew.mul.\(size).fwd_bwd") {
        let x = try Tensor.normal([count], requiresGrad: true)
        let y = try Tensor.normal([count], requiresGrad: true)
        return try forwardBackward(x, y) { try x * y }
      },
    ]
  }
}
