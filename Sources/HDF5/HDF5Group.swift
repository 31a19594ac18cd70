// Groups: finding what is in them without ever leaving the file.

import CHDF5

/// What a name in a file stands for.
public enum HDF5Object: Sendable {
  /// A group.
  case group(HDF5Group)
  /// A dataset.
  case dataset(HDF5Dataset)
}

/// A group of an HDF5 file.
public struct HDF5Group: Sendable {
  let file: HDF5File
  let handle: Handle
  let location: Location

  /// The path inside the file.
  public var path: String { location.path }

  /// The names in this group, sorted by their bytes.
  ///
  /// - Throws: ``HDF5Error`` when the group cannot be read.
  public func names() throws -> [String] {
    try withLibrary { try links().map(\.name) }
  }

  /// Whether something has that name, directly in this group.
  public func contains(_ name: String) -> Bool {
    withLibrary { H5Lexists(handle.id, name, pt_h5_defaults()) > 0 }
  }

  /// The group at a path below this one.
  ///
  /// - Throws: ``HDF5Error`` when it is missing, is no group, or lies behind a link that is not followed.
  public func group(_ path: String) throws -> HDF5Group {
    try withLibrary {
      guard case .group(let group) = try object(path) else {
        throw location.appending(path).unexpected("a group", found: "a dataset")
      }
      return group
    }
  }

  /// The dataset at a path below this group.
  ///
  /// - Throws: ``HDF5Error`` when it is missing, is no dataset, or lies behind a link that is not followed.
  public func dataset(_ path: String) throws -> HDF5Dataset {
    try withLibrary {
      guard case .dataset(let dataset) = try object(path) else {
        throw location.appending(path).unexpected("a dataset", found: "a group")
      }
      return dataset
    }
  }

  /// All datasets in this group and the groups below, with their paths from here, in the order of the paths' bytes.
  ///
  /// - Parameter excluded: Paths of groups and datasets that are passed over.
  /// - Throws: ``HDF5Error`` as ``objects(except:)``.
  public func datasets(except excluded: Set<String> = []) throws -> [(path: String, dataset: HDF5Dataset)] {
    try objects(except: excluded).compactMap { path, object in
      if case .dataset(let dataset) = object { (path, dataset) } else { nil }
    }
  }

  /// This group, and all groups and datasets in it and below, with their paths from here (its own is empty), in the
  /// order of the paths' bytes.
  ///
  /// - Parameter excluded: Paths of groups and datasets that are passed over.
  /// - Throws: ``HDF5Error`` when a link is not followed, a group is reached twice, or there are more than
  ///   100,000 objects.
  public func objects(except excluded: Set<String> = []) throws -> [(path: String, value: HDF5Object)] {
    try withLibrary {
      var found: [(path: String, value: HDF5Object)] = [("", .group(self))]
      var visited: Set<UInt64> = [try address()]
      var pending = [(prefix: "", group: self)]
      while let (prefix, group) = pending.popLast() {
        for link in try group.links() where excluded.isEmpty || !excluded.contains(prefix + link.name) {
          guard found.count <= 100_000 else { throw location.refused("it holds more than 100000 objects") }
          let object = try group.open(link)
          found.append((prefix + link.name, object))
          guard case .group(let child) = object else { continue }
          guard visited.insert(try child.address()).inserted else {
            throw child.location.refused("the group is reached twice")
          }
          pending.append((prefix + link.name + "/", child))
        }
      }
      return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
  }

  struct Link {
    let name: String
    let isHard: Bool
  }

  private func links() throws -> [Link] {
    var links: [Link] = []
    let status = withUnsafeMutablePointer(to: &links) { links in
      pt_h5_each_link(
        handle.id,
        { name, isHard, links in
          guard let name, let links else { return }
          let link = Link(name: String(cString: name), isHard: isHard)
          links.assumingMemoryBound(to: [Link].self).pointee.append(link)
        }, links)
    }
    try location.check(status, "listed")
    // Text that is equal can be written in several ways; to know one name for another would lose what it stands for.
    guard Set(links.map(\.name)).count == links.count else {
      throw location.refused("two of its names are the same text")
    }
    return links
  }

  private func object(_ path: String) throws -> HDF5Object {
    var current = self
    var names = path.split(separator: "/").map(String.init)
    guard let last = names.popLast() else { throw location.appending(path).missing }
    for name in names {
      guard case .group(let next) = try current.open(current.link(name)) else {
        throw current.location.appending(name).unexpected("a group", found: "a dataset")
      }
      current = next
    }
    return try current.open(current.link(last))
  }

  private func link(_ name: String) throws -> Link {
    let status = pt_h5_link_is_hard(handle.id, name)
    guard status >= 0 else { throw location.appending(name).missing }
    return Link(name: name, isHard: status > 0)
  }

  private func open(_ link: Link) throws -> HDF5Object {
    let place = location.appending(link.name)
    guard link.isHard else { throw place.refused("only hard links are followed") }
    guard !link.name.isEmpty, link.name != ".", !link.name.contains("/") else {
      throw location.refused("it holds a link named \"\(link.name)\"")
    }
    let handle = try place.handle(H5Oopen(handle.id, link.name, pt_h5_defaults()), "opened")
    switch H5Iget_type(handle.id) {
    case H5I_GROUP: return .group(HDF5Group(file: file, handle: handle, location: place))
    case H5I_DATASET: return .dataset(HDF5Dataset(file: file, handle: handle, location: place))
    default: throw place.unexpected("a group or dataset", found: "a type")
    }
  }

  private func address() throws -> UInt64 {
    var address: UInt64 = 0
    try location.check(pt_h5_object_address(handle.id, &address), "identified")
    return address
  }
}
