// How graphs are walked and printed.

import PuruTorch
import TestSupport
import Testing

@Suite struct GraphTests {
  @Test func theGraphPrintsBreadthFirst() throws {
    let x = try Tensor.ones([2, 3], requiresGrad: true)
    let y = try Tensor.ones([3], requiresGrad: true)
    let product = try x * y
    let loss = try (product + product.exp()).sum()
    var text = ""
    loss.printGraph(to: &text)
    #expect(
      text == """
        Depth: 0
        ____________________
        | out_shape: ()
        | op: Sum #4
        | inp1_shape: (2, 3)
        ____________________
        * Depth: 1
        ____________________
        | out_shape: (2, 3)
        | op: Add #3
        | inp1_shape: (2, 3)
        | inp2_shape: (2, 3)
        ____________________
        ** Depth: 2
        ____________________
        | out_shape: (2, 3)
        | op: Mul #1
        | inp1_shape: (2, 3)
        | inp2_shape: (3,)
        ____________________
        ** Depth: 2
        ____________________
        | out_shape: (2, 3)
        | op: Exp #2
        | inp1_shape: (2, 3)
        ____________________
        *** Depth: 3
        ____________________
        | out_shape: (2, 3)
        | op: None
        ____________________
        *** Depth: 3
        ____________________
        | out_shape: (3,)
        | op: None
        ____________________

        """)
  }

  @Test func aLeafIsAGraphOfItsOwn() throws {
    #expect(try Tensor.ones([2]).bfs().map(\.operation) == [nil])
  }

  @Test func sharedNodesAppearOnce() throws {
    let x = try Tensor.ones([1], requiresGrad: true)
    var y = x
    for _ in 0..<30 { y = try y + y }
    #expect(y.bfs().count == 31)
  }
}
