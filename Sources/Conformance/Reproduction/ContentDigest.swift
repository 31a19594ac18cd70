// What a file says, apart from the bytes that it is stored in: the digest of names, types, shapes and elements.

import Foundation
import HDF5

/// The content digest of HDF5 files, which `reference/README.md` defines.
package enum ContentDigest {
  /// Attributes of the root that say what made the content, and are no part of it.
  private static let notContent: Set<String> = ["provenance"]

  /// The SHA-256 of a file's content in hexadecimal.
  ///
  /// - Throws: ``FixtureError`` for a file that holds what the format doesn't know.
  package static func hexDigest(of image: Data, name: String) throws -> String {
    try FixtureError.wrapping {
      var content = Data()
      for object in try HDF5File(image: image, name: name).root().objects() {
        switch object.value {
        case .group(let group):
          content += Data("group \(object.path)\n".utf8)
          try append(group.attributes, except: object.path.isEmpty ? notContent : [], to: &content)
        case .dataset(let dataset):
          let array = try dataset.read()
          let sizes = array.shape.map(String.init).joined(separator: ",")
          content += Data("dataset \(object.path) \(array.elements.name) \(sizes)\n".utf8)
          try append(dataset.attributes, except: [], to: &content)
          append(array.elements, to: &content)
        }
      }
      return SHA256.hexDigest(of: content)
    }
  }

  private static func append(
    _ attributes: HDF5Attributes, except ignored: Set<String>, to content: inout Data
  ) throws {
    for name in try attributes.names() where !ignored.contains(name) {
      content += Data("attribute \(name) ".utf8)
      switch try attributes.value(name) {
      case .integer(let value): content += Data("\(value)\n".utf8)
      case .string(let text): content += Data("\(text.utf8.count) \(text)\n".utf8)
      }
    }
  }

  private static func append(_ elements: HDF5Array.Elements, to content: inout Data) {
    func append<Element>(_ elements: [Element]) {
      elements.withUnsafeBytes { content.append(contentsOf: $0) }
    }
    switch elements {
    case .float32(let values): append(values.map(\.bitPattern.littleEndian))
    case .float64(let values): append(values.map(\.bitPattern.littleEndian))
    case .int64(let values): append(values.map(\.littleEndian))
    case .uint8(let values): append(values)
    case .strings(let values):
      for text in values {
        append([UInt64(text.utf8.count).littleEndian])
        content += Data(text.utf8)
      }
    }
  }
}
