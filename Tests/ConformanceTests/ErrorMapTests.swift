// Maps of errors: their cells against the verdict's own measure.

import Conformance
import Testing

@Suite struct ErrorMapTests {
  private func map(
    _ actual: [Float], _ expected: [Float], truth: [Double]? = nil, cancels: Bool = false, shape: [Int]? = nil
  ) throws -> (verdict: Verdict, map: ErrorMap?) {
    let shape = shape ?? [expected.count]
    let value = Value(shape: shape, .float32(expected))
    let reference = try Reference(
      value: value, truth: Value(shape: shape, .float64(truth ?? expected.map { Double($0) })),
      cancels: cancels, precision: .float32)
    let actual = Value(shape: shape, .float32(actual))
    return (Verdict(actual, against: reference), ErrorMap(actual, against: reference))
  }

  @Test func cellsAreErrorsInUnitsOfTheLimit() throws {
    let step = Float.ulpOfOne * 4
    let (verdict, map) = try map([1, 1 + step, 4 + 16 * step, 2], [1, 1, 4, 2], shape: [2, 2])
    #expect(map?.columns == 2 && map?.rows == 2)
    #expect(map?.cells == [0, 0.13, 2, 0])
    #expect(verdict.error == 16)
  }

  @Test func whatHasNoMeasureIsInfinite() throws {
    let nan = Float.nan
    #expect(try map([1, nan, 3], [1, 2, 3]).map?.cells == [0, .infinity, 0])
    #expect(try map([nan, 2], [nan, 2]).map?.cells == [0, 0])
    #expect(try map([-.infinity, 2], [.infinity, 2]).map?.cells == [.infinity, 0])
    #expect(try map([0, -0.0, 1e-30], [0, 0, 0]).map?.cells == [0, 0, .infinity])
    let numbers = try Reference(value: Value(shape: [3], .int64([1, 2, 3])), precision: .float32)
    #expect(ErrorMap(Value(shape: [3], .int64([1, 5, 3])), against: numbers)?.cells == [0, .infinity, 0])
    let texts = try Reference(value: Value(shape: [2], .string(["a", "b"])), precision: .float32)
    #expect(ErrorMap(Value(shape: [2], .string(["a", "c"])), against: texts)?.cells == [0, .infinity])
  }

  @Test func whatCancelsIsMeasuredByItsSize() throws {
    let (verdict, map) = try map([128, 1], [1, 0.5], truth: [1e-9, 1e-9], cancels: true)
    #expect(verdict.error == 128 && verdict.limit == 64)
    #expect(map?.cells == [2, 0.016])
  }

  @Test(arguments: [[], [0], [3, 0], [1], [24], [25], [100], [7, 5], [30, 2, 3], [2, 3, 100], [40, 50]])
  func largestCellIsTheError(_ shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let expected = (0..<count).map { Float($0 % 7) - 3 }
    for wrong in [0, count / 3, count - 1] where count > 0 {
      var actual = expected
      actual[wrong] += 0.25
      let (verdict, made) = try map(actual, expected, shape: shape)
      let map = try #require(made)
      let headroom = QuantityResult(name: "outputs/x", verdict: verdict).headroom
      #expect(map.columns <= 24 && map.rows <= 24 && map.cells.count == map.rows * map.columns)
      #expect(map.cells.filter { $0 > 0 }.count == 1)
      let cell = try #require(map.cells.max()), error = try #require(headroom)
      #expect(abs(cell / error - 1) < 0.05 || cell == error)
      let width = shape.last ?? 1
      let (row, column) = (wrong / width * map.rows / (count / width), wrong % width * map.columns / width)
      #expect(map.cells[row * map.columns + column] == cell)
    }
    if count == 0 { #expect(try map([], [], shape: shape).map == nil) }
  }

  @Test func otherShapesHaveNone() throws {
    let reference = try Reference(value: Value(shape: [2], .float64([1, 2])), precision: .float64)
    #expect(ErrorMap(Value(shape: [1, 2], .float64([1, 2])), against: reference) == nil)
    #expect(ErrorMap(Value(shape: [2], .float32([1, 2])), against: reference) == nil)
    #expect(ErrorMap(Value(shape: [2], .float64([1])), against: reference) == nil)
  }
}
