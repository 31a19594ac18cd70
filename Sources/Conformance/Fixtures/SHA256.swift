// The digest of files in a manifest: SHA-256 as FIPS 180-4 defines it.
//
// A package for it would compile a whole cryptographic library first, which takes longer than everything else.

import Foundation

/// A SHA-256 digest that is being computed.
package struct SHA256 {
  private var state = initialState
  private var words = [UInt32](repeating: 0, count: 64)

  /// The digest of some bytes as 64 hexadecimal digits.
  package static func hexDigest(of message: Data) -> String {
    var digest = SHA256()
    let whole = message.count / 64 * 64
    message.withUnsafeBytes { digest.compress(UnsafeRawBufferPointer(rebasing: $0[..<whole])) }
    // The rest, a one bit, zeros, and the message's length in bits: one or two blocks.
    var tail = [UInt8](message.suffix(message.count - whole)) + [0x80]
    tail += repeatElement(0, count: (120 - tail.count % 64) % 64)
    withUnsafeBytes(of: (UInt64(message.count) * 8).bigEndian) { tail += $0 }
    tail.withUnsafeBytes { digest.compress($0) }
    return digest.state.map { String(format: "%08x", $0) }.joined()
  }

  private mutating func compress(_ blocks: UnsafeRawBufferPointer) {
    Self.constants.withUnsafeBufferPointer { constants in
      words.withUnsafeMutableBufferPointer { words in
        for start in stride(from: 0, to: blocks.count, by: 64) {
          for index in 0..<16 {
            words[index] = UInt32(
              bigEndian: blocks.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self))
          }
          for index in 16..<64 {
            let (a, b) = (words[index - 15], words[index - 2])
            let small0 = rotated(a, 7) ^ rotated(a, 18) ^ (a >> 3)
            let small1 = rotated(b, 17) ^ rotated(b, 19) ^ (b >> 10)
            words[index] = words[index - 16] &+ small0 &+ words[index - 7] &+ small1
          }
          mix(UnsafeBufferPointer(words), constants, &state)
        }
      }
    }
  }

  /// The first 32 bits of the fractions of the square roots of the first 8 primes.
  private static let initialState: [UInt32] = primes.prefix(8).map { fraction(of: Double($0).squareRoot()) }

  /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = primes.map { prime in
    var root = 7.0
    for _ in 0..<60 { root -= (root * root * root - Double(prime)) / (3 * root * root) }
    return fraction(of: root)
  }

  private static let primes: [Int] = (2...311).filter { candidate in
    !(2..<candidate).contains { $0 * $0 <= candidate && candidate % $0 == 0 }
  }

  private static func fraction(of root: Double) -> UInt32 {
    UInt32((root - root.rounded(.down)) * 4_294_967_296)
  }
}

/// The 64 rounds of one block.
private func mix(
  _ words: UnsafeBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>, _ state: inout [UInt32]
) {
  var (a, b, c, d) = (state[0], state[1], state[2], state[3])
  var (e, f, g, h) = (state[4], state[5], state[6], state[7])
  for index in 0..<64 {
    let choice = (e & f) ^ (~e & g)
    let big1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let first = h &+ big1 &+ choice &+ constants[index] &+ words[index]
    let majority = (a & b) ^ (a & c) ^ (b & c)
    let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
    (h, g, f, e) = (g, f, e, d &+ first)
    (d, c, b, a) = (c, b, a, first &+ second)
  }
  for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
}

private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
