// A list whose first three elements need no allocation: nearly every operation has at most three inputs.

/// What a `ShortList` can hold: something with a value for places that are not in use.
protocol ShortListElement {
  init()
}

extension Optional: ShortListElement {
  init() { self = nil }
}

/// A list of any length that stores up to three elements inline.
struct ShortList<Element: ShortListElement> {
  private var first = Element()
  private var second = Element()
  private var third = Element()
  private var rest: [Element]?
  private(set) var count = 0

  init() {}

  init(_ a: Element) {
    first = a
    count = 1
  }

  init(_ a: Element, _ b: Element) {
    first = a
    second = b
    count = 2
  }

  init(_ a: Element, _ b: Element, _ c: Element) {
    first = a
    second = b
    third = c
    count = 3
  }

  mutating func append(_ element: Element) {
    switch count {
    case 0: first = element
    case 1: second = element
    case 2: third = element
    case 3: rest = [element]
    default: rest?.append(element)
    }
    count += 1
  }

  subscript(index: Int) -> Element {
    switch index {
    case 0: first
    case 1: second
    case 2: third
    default: rest?[index - 3] ?? Element()
    }
  }

  /// Moves an element out of the list, so that the caller may be its only owner.
  mutating func take(_ index: Int) -> Element {
    var element = Element()
    switch index {
    case 0: swap(&element, &first)
    case 1: swap(&element, &second)
    case 2: swap(&element, &third)
    default:
      guard var others = rest.take() else { break }
      swap(&element, &others[index - 3])
      rest = others
    }
    return element
  }

  /// Moves all elements out of the list, in their order.
  @inline(__always)
  mutating func takeAll(_ body: (Element) -> Void) {
    for index in 0..<count { body(take(index)) }
    count = 0
    rest = nil
  }
}
