// Noticing objects that outlive the code that made them.

/// Weak references to objects that should be gone at the end of a test.
public final class LeakTracker {
  private struct Entry {
    weak var object: AnyObject?
    let label: String
  }

  private var entries: [Entry] = []

  public init() {}

  /// Watches an object and returns it.
  @discardableResult
  public func track<Object: AnyObject>(_ object: Object, _ label: String) -> Object {
    entries.append(Entry(object: object, label: label))
    return object
  }

  /// The labels of the objects that are still alive.
  public var alive: [String] { entries.filter { $0.object != nil }.map(\.label) }

  /// How many objects were watched, so that a test can tell that it watched some.
  public var count: Int { entries.count }
}
