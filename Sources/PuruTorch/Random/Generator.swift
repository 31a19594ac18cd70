// Where random numbers come from: a seed and a place in its stream.

import Synchronization

/// A source of random numbers: the same seed gives the same numbers on every machine.
///
/// Functions that draw random numbers take a generator as their last argument. Without one they use the task's,
/// set by `withGenerator(_:operation:)`, or else `Generator.global`.
///
/// ```swift
/// let x = try Tensor.normal([2, 3], generator: Generator(seed: 42))
/// ```
public final class Generator: Sendable {
  private struct State {
    var seed: UInt64
    /// How many numbers have been drawn.
    var offset: UInt64 = 0
  }

  private let state: Mutex<State>

  /// The generator of tasks that have none of their own; it starts from an unpredictable seed.
  public static let global = Generator()

  @TaskLocal fileprivate static var ofTask: Generator?

  /// The generator that is used where none is passed: the task's, or else the global one.
  public static var current: Generator { ofTask ?? global }

  /// A generator with a seed of its own.
  public init(seed: UInt64) { state = Mutex(State(seed: seed)) }

  /// A generator with an unpredictable seed.
  public convenience init() { self.init(seed: UInt64.random(in: .min ... .max)) }

  /// The seed that the stream of numbers began with.
  public var seed: UInt64 { state.withLock { $0.seed } }

  /// Begins the stream of numbers of another seed, or the same one again.
  public func manualSeed(_ seed: UInt64) { state.withLock { $0 = State(seed: seed) } }

  /// Takes the next numbers of the stream: their place in it.
  func draw(_ count: Int) -> (seed: UInt64, offset: UInt64) {
    state.withLock { state in
      defer { state.offset &+= UInt64(count) }
      return (state.seed, state.offset)
    }
  }
}

/// Begins the stream of numbers of a seed in the current generator: the task's, or else the global one.
public func manualSeed(_ seed: UInt64) { Generator.current.manualSeed(seed) }

/// Runs a closure in which random numbers come from a generator, in this task and the tasks it starts.
///
/// ```swift
/// let model = try withGenerator(Generator(seed: 1)) { try Linear(3, 4) }
/// ```
public func withGenerator<Result>(_ generator: Generator, operation: () throws -> Result) rethrows -> Result {
  try Generator.$ofTask.withValue(generator, operation: operation)
}
