// A list whose first three elements need no allocation: nearly every operation has at most three inputs.

/// A list of any length that stores up to three elements inline.
struct ShortList<Element> {
  private var first: Element?
  private var second: Element?
  private var third: Element?
  private var rest: [Element] = []
  private(set) var count = 0

  mutating func append(_ element: Element) {
    switch count {
    case 0: first = element
    case 1: second = element
    case 2: third = element
    default: rest.append(element)
    }
    count += 1
  }

  subscript(index: Int) -> Element {
    let element: Element? =
      switch index {
      case 0: first
      case 1: second
      case 2: third
      default: index < count ? rest[index - 3] : nil
      }
    guard let element else { fatalError("element \(index) of \(count)") }
    return element
  }

  mutating func removeAll() { self = ShortList() }
}

extension ShortList where Element == Tensor? {
  /// Moves an element out of the list, so that the caller may be its only owner.
  mutating func take(_ index: Int) -> Tensor? {
    switch index {
    case 0: first.take() ?? nil
    case 1: second.take() ?? nil
    case 2: third.take() ?? nil
    default: index < count ? rest[index - 3].take() : nil
    }
  }
}
