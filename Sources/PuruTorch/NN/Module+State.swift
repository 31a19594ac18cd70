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
    let state = try ModuleWalk(self).state
    var names = Set<String>()
    for (name, _) in state where !names.insert(name).inserted {
      throw ModuleError.repeatedName(module: "\(type(of: self))", name: name)
    }
    return state
  }
}

// MARK: - The walk

/// What a module holds, found by reflection.
struct ModuleWalk {
  private(set) var state: [(name: String, tensor: Tensor)] = []
  private(set) var modules: [(name: String, module: Module)] = []

  /// The modules that are being walked, outermost first.
  private var ancestors: [Module] = []

  init(_ root: Module) throws { try walk(root, path: []) }

  private mutating func walk(_ module: Module, path: [String]) throws {
    guard !ancestors.contains(where: { $0 === module }) else {
      throw ModuleError.containsItself(
        module: "\(type(of: module))", path: path.joined(separator: "."))
    }
    modules.append((path.joined(separator: "."), module))
    let (firstOfState, firstOfModules) = (state.count, modules.count)
    ancestors.append(module)
    var levels = [Mirror(reflecting: module)]
    while let parent = levels.last?.superclassMirror { levels.append(parent) }
    for level in levels.reversed() {
      for (label, value) in level.children {
        guard let label, label != "forwardHooks", !label.hasPrefix("$__lazy_storage_$_") else { continue }
        try visit(value, path: path + [ModuleWalk.snakeCase(label)], in: module, property: label)
      }
    }
    ancestors.removeLast()
    for index in firstOfState..<state.count {
      state[index].name = ModuleWalk.renamed(state[index].name, by: module, at: path)
    }
    for index in firstOfModules..<modules.count {
      modules[index].name = ModuleWalk.renamed(modules[index].name, by: module, at: path)
    }
  }

  private mutating func visit(_ value: Any, path: [String], in module: Module, property: String) throws {
    if value is any TensorConvertible { return }
    if value is Parameter || value is Buffer, let tensor = value as? Tensor {
      state.append((path.joined(separator: "."), tensor))
      return
    }
    if let child = value as? Module { return try walk(child, path: path) }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      for (_, wrapped) in mirror.children { try visit(wrapped, path: path, in: module, property: property) }
    case .collection:
      for (index, child) in mirror.children.enumerated() {
        try visit(child.value, path: path + ["\(index)"], in: module, property: property)
      }
    case .dictionary:
      guard let entries = value as? [String: Any] else { fallthrough }
      for key in entries.keys.sorted() {
        guard let entry = entries[key] else { continue }
        try visit(entry, path: path + [key], in: module, property: property)
      }
    default:
      var visited = Set<ObjectIdentifier>()
      if ModuleWalk.hidesState(value, &visited) {
        throw ModuleError.hiddenState(
          module: "\(type(of: module))", property: property, type: "\(type(of: value))")
      }
    }
  }

  /// Whether a parameter, buffer or module can be found somewhere in a value.
  private static func hidesState(_ value: Any, _ visited: inout Set<ObjectIdentifier>) -> Bool {
    if value is any TensorConvertible { return false }
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

  /// The name that a module gives to what was found below it.
  private static func renamed(_ name: String, by module: Module, at path: [String]) -> String {
    guard !path.isEmpty else { return module.stateName(name) }
    let prefix = path.joined(separator: ".") + "."
    return prefix + module.stateName(String(name.dropFirst(prefix.count)))
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
