// What can be wrong with a fixture.

import HDF5

/// A fixture, or one sample of it, that cannot be used.
public struct FixtureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The reason, with the place in the file.
  public let description: String

  /// Says why.
  public init(_ description: String) {
    self.description = description
  }

  /// Runs `body`; whatever it finds wrong with the file is thrown as a `FixtureError`.
  static func wrapping<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as FixtureError {
      throw error
    } catch let error as HDF5Error {
      throw FixtureError(error.reason)
    } catch {
      throw FixtureError("\(error)")
    }
  }
}
