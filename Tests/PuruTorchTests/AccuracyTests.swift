// The transcendental functions on seeded inputs of all sizes: float32 beside libm's float64, and every bit by digest.
//
// `make accuracy` proves more, on every float32 input. A changed digest means changed bits: run it then.

import Foundation
import PuruTorch
import Testing

@Suite struct AccuracyTests {
  /// A function, what it is in float64 by libm, its worst error in float32 in units in the last place (ULP; of all
  /// 2³² numbers, rounded up), and the digests of its results in float32 and in float64.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let ours: @Sendable (Tensor) throws -> Tensor
    let libm: @Sendable (Double) -> Double
    let ulps: Double
    let digests: [UInt64]
  }

  static let cases = [
    Case(
      testDescription: "exp", ours: { try $0.exp() }, libm: { exp($0) }, ulps: 0.57,
      digests: [0x3A9F_B3A6_9463_6B4C, 0x949F_9C65_5E16_003F]),
    Case(
      testDescription: "log", ours: { try $0.log() }, libm: { log($0) }, ulps: 0.501,
      digests: [0x1503_EB42_B850_B189, 0x0A13_A9C3_16F1_9ACD]),
    Case(
      testDescription: "sqrt", ours: { try $0.sqrt() }, libm: { $0.squareRoot() }, ulps: 0.5,
      digests: [0x99EC_B785_FCFB_0E1B, 0x57AF_A855_E6F4_36CC]),
    Case(
      testDescription: "sigmoid", ours: { try $0.sigmoid() },
      libm: { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) }, ulps: 0.91,
      digests: [0x8242_821C_70CE_83A5, 0x70EC_2BE5_62C6_C3C5]),
    Case(
      testDescription: "tanh", ours: { try $0.tanh() }, libm: { tanh($0) }, ulps: 0.56,
      digests: [0x30B4_3CB9_10B1_EF2A, 0x64C7_8941_D169_AA84]),
  ]

  /// Random words, one after the other (splitmix64).
  private static func words(_ count: Int) -> [UInt64] {
    (1...UInt64(count)).map {
      var z = $0 &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
  }

  /// Any bits at all, numbers from 2⁻²⁴ to 2⁸ of either sign, and special ones.
  private static let float32s: [Float] = {
    var numbers: [Float] = [0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, 1, -1]
    for word in words(40_000) {
      let bits = UInt32(truncatingIfNeeded: word)
      let exponent = UInt32(truncatingIfNeeded: word >> 32) % 32 + 103
      numbers += [Float(bitPattern: bits), Float(bitPattern: bits & 0x807F_FFFF | exponent << 23)]
    }
    return numbers
  }()

  /// The same for float64, from 2⁻⁵⁴ to 2¹⁰.
  private static let float64s: [Double] = {
    var numbers: [Double] = [0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, 1, -1]
    for bits in words(40_000) {
      let exponent = bits >> 52 % 64 + 969
      numbers += [
        Double(bitPattern: bits), Double(bitPattern: bits & 0x800F_FFFF_FFFF_FFFF | exponent << 52),
      ]
    }
    return numbers
  }()

  /// Of all bits, with one pattern for NaN.
  private static func digest(_ bits: some Sequence<UInt64>) -> UInt64 {
    bits.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01B3 }
  }

  @Test(arguments: cases) func float32IsAsExactAsKnown(_ function: Case) throws {
    let results = try function.ours(Tensor(Self.float32s)).data(as: Float.self)
    var wrong = 0
    for (x, y) in zip(Self.float32s, results) {
      let exact = function.libm(Double(x)), rounded = Float(exact)
      if y == rounded && y.sign == rounded.sign || y.isNaN && rounded.isNaN { continue }
      wrong += 1
      // Libm's own error is less than 2⁻²⁸ of a float's last place.
      let error = abs(Double(y) - exact) / Double(rounded.ulp)
      #expect(
        error <= function.ulps && y.sign == rounded.sign,
        "\(function) of \(x) is \(y), \(error) ULP from \(exact)")
    }
    #expect(function.ulps > 0.5 || wrong == 0)
    #expect(wrong < results.count / 10)
    #expect(Self.digest(results.map { $0.isNaN ? 1 : UInt64($0.bitPattern) }) == function.digests[0])
  }

  @Test(arguments: cases) func float64HasTheKnownBits(_ function: Case) throws {
    let results = try function.ours(Tensor(Self.float64s, dtype: .float64)).data(as: Double.self)
    for (x, y) in zip(Self.float64s, results) {
      let expected = function.libm(x)
      // Libm's own error is up to 2 ULP, that of its sigmoid a little more.
      #expect(y.isNaN && expected.isNaN || y == expected || abs(y - expected) <= 4 * expected.ulp, "\(x)")
    }
    #expect(Self.digest(results.map { $0.isNaN ? 1 : $0.bitPattern }) == function.digests[1])
  }
}
