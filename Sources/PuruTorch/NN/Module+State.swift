// A module's state: its parameters and buffers by name, found by walking the stored properties.

/// The parameters and buffers of a module by name, in the order of the module's properties.
public struct StateDict: RandomAccessCollection, ExpressibleByDictionaryLiteral {
  private var entries: [(name: String, tensor: Tensor)] = []
  private var positions: [String: Int] = [:]

  /// An empty state.
  public init() {}

  /// The given tensors by name; of several of one name the last counts.
  public init(dictionaryLiteral elements: (String, Tensor)...) {
    for (name, tensor) in elements { self[name] = tensor }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.count }
  public subscript(position: Int) -> (name: String, tensor: Tensor) { entries[position] }

  /// The tensor of a name, nil when there is none. A new name is put at the end.
  public subscript(name: String) -> Tensor? {
    get { positions[name].map { entries[$0].tensor } }
    set {
      if let position = positions[name] {
        if let newValue {
          entries[position].tensor = newValue
        } else {
          entries.remove(at: position)
          positions = Dictionary(uniqueKeysWithValues: entries.indices.map { (entries[$0].name, $0) })
        }
      } else if let newValue {
        positions[name] = entries.count
        entries.append((name, newValue))
      }
    }
  }

  /// The names in order.
  public var names: [String] { entries.map(\.name) }
}

extension Module {
  /// The parameters and buffers of this module and all modules in it by name.
  ///
  /// The tensors share the module's memory and have no history. A shared parameter appears under all its names.
  ///
  /// - Throws: `ModuleError` when the properties can't be walked.
  public func stateDict() throws -> StateDict {
    var result = StateDict()
    for (name, tensor) in try state() { result[name] = tensor.detach() }
    return result
  }

  /// Copies a state's values into this module's parameters and buffers, converting their type where it differs.
  ///
  /// - Parameters:
  ///   - state: The values by the names of `stateDict()`.
  ///   - strict: Whether missing and unexpected names are errors. Other shapes always are.
  /// - Returns: The names that were missing and unexpected.
  /// - Throws: `ModuleError.stateMismatch` with everything that doesn't fit; the module is then unchanged.
  @discardableResult
  public func loadStateDict(_ state: StateDict, strict: Bool = true) throws -> StateMismatch {
    let own = try self.state()
    var mismatch = StateMismatch()
    var values: [(Tensor, Tensor)] = []
    for (name, tensor) in own {
      if let value = state[name] {
        if value.sizes == tensor.sizes {
          values.append((tensor, value))
        } else {
          mismatch.wrongShapes.append(.init(name: name, expected: tensor.shape, found: value.shape))
        }
      } else {
        mismatch.missing.append(name)
      }
    }
    let ownNames = Set(own.map(\.name))
    mismatch.unexpected = state.names.filter { !ownNames.contains($0) }
    let namesDiffer = !mismatch.missing.isEmpty || !mismatch.unexpected.isEmpty
    guard mismatch.wrongShapes.isEmpty && !(strict && namesDiffer) else {
      throw ModuleError.stateMismatch(module: "\(type(of: self))", mismatch)
    }
    try noGrad {
      for (tensor, value) in values { try tensor.assign(value) }
    }
    return mismatch
  }

  /// All parameters and buffers, shared ones under each of their names.
  func state() throws -> [(name: String, tensor: Tensor)] {
    let state = try ModuleWalk(self).state.map { (name: $0.place.name, tensor: $0.tensor) }
    var names = Set<String>()
    for (name, _) in state where !names.insert(name).inserted {
      throw ModuleError.repeatedName(module: "\(type(of: self))", name: name)
    }
    return state
  }
}

// MARK: - The walk

/// Where something lies below the module that is walked. Its name is made when somebody asks: most don't.
final class ModulePlace {
  enum Step {
    case property(String)
    /// A position in an array or a key of a dictionary.
    case element(String)
  }

  private let step: Step
  private let parent: ModulePlace?
  /// The module that lies here.
  fileprivate let module: Module?

  fileprivate init(_ step: Step, in parent: ModulePlace?, module: Module? = nil) {
    (self.step, self.parent, self.module) = (step, parent, module)
  }

  /// The properties, positions and keys on the way here.
  var path: String { joined { $1 } }

  /// The path as the modules on the way rename it, the inner ones first.
  var name: String { joined { module, path in module.stateName(path) } }

  private func joined(_ rename: (Module, String) -> String) -> String {
    var (result, place) = ("", self)
    while let parent = place.parent {
      let text =
        switch place.step {
        case .property(let label): ModuleWalk.snakeCase(label)
        case .element(let text): text
        }
      result = result.isEmpty ? text : text + "." + result
      if let module = parent.module { result = rename(module, result) }
      place = parent
    }
    return result
  }
}

/// What a module holds, found by reflection.
struct ModuleWalk {
  private(set) var state: [(place: ModulePlace, tensor: Tensor)] = []
  private(set) var modules: [(place: ModulePlace, module: Module)] = []

  /// The modules that are being walked, outermost first.
  private var ancestors: [Module] = []

  init(_ root: Module) throws { try walk(root, .property(""), in: nil) }

  private mutating func walk(_ module: Module, _ step: ModulePlace.Step, in parent: ModulePlace?) throws {
    let place = ModulePlace(step, in: parent, module: module)
    guard !ancestors.contains(where: { $0 === module }) else {
      throw ModuleError.containsItself(module: "\(type(of: module))", path: place.path)
    }
    modules.append((place, module))
    ancestors.append(module)
    var levels = [Mirror(reflecting: module)]
    while let parent = levels.last?.superclassMirror { levels.append(parent) }
    for level in levels.reversed() {
      for (label, value) in level.children {
        guard let label, label != "forwardHooks", !label.hasPrefix("$__lazy_storage_$_") else { continue }
        try visit(value, .property(label), in: place, of: module, property: label)
      }
    }
    ancestors.removeLast()
  }

  private mutating func visit(
    _ value: Any, _ step: ModulePlace.Step, in parent: ModulePlace, of module: Module, property: String
  ) throws {
    if ModuleWalk.isPlain(value) { return }
    if value is Parameter || value is Buffer, let tensor = value as? Tensor {
      state.append((ModulePlace(step, in: parent), tensor))
      return
    }
    if let child = value as? Module { return try walk(child, step, in: parent) }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      for (_, wrapped) in mirror.children {
        try visit(wrapped, step, in: parent, of: module, property: property)
      }
    case .collection:
      let place = ModulePlace(step, in: parent)
      for (index, child) in mirror.children.enumerated() {
        try visit(child.value, .element("\(index)"), in: place, of: module, property: property)
      }
    case .dictionary:
      guard let entries = value as? [String: Any] else { fallthrough }
      let place = ModulePlace(step, in: parent)
      for key in entries.keys.sorted() {
        guard let entry = entries[key] else { continue }
        try visit(entry, .element(key), in: place, of: module, property: property)
      }
    default:
      var visited = Set<ObjectIdentifier>()
      if ModuleWalk.hidesState(value, &visited) {
        throw ModuleError.hiddenState(
          module: "\(type(of: module))", property: property, type: "\(type(of: value))")
      }
    }
  }

  /// Whether a value is a number, a boolean, a text or an array of numbers: the most frequent ones at a glance.
  private static func isPlain(_ value: Any) -> Bool {
    let type = type(of: value)
    if type == Int.self || type == Bool.self || type == Double.self || type == String.self { return true }
    return !(type is AnyClass) && value is any TensorConvertible
  }

  /// Whether a parameter, buffer or module can be found somewhere in a value.
  private static func hidesState(_ value: Any, _ visited: inout Set<ObjectIdentifier>) -> Bool {
    if isPlain(value) { return false }
    if value is Parameter || value is Buffer || value is Module { return true }
    if value is Tensor || value is Node { return false }
    var level: Mirror? = Mirror(reflecting: value)
    if level?.displayStyle == .class, !visited.insert(ObjectIdentifier(value as AnyObject)).inserted {
      return false
    }
    while let mirror = level {
      for (_, child) in mirror.children where hidesState(child, &visited) { return true }
      level = mirror.superclassMirror
    }
    return false
  }

  /// A property's name as Python writes it: `runningMean` is `running_mean`, `weightIH` is `weight_ih`.
  static func snakeCase(_ name: String) -> String {
    let letters = Array(name)
    var result = ""
    for (index, letter) in letters.enumerated() {
      if letter.isUppercase, index > 0 {
        let startsWord = index + 1 < letters.count && letters[index + 1].isLowercase
        if letters[index - 1].isLowercase || (startsWord && letters[index - 1] != "_") { result += "_" }
      }
      result += letter.lowercased()
    }
    return result
  }
}
