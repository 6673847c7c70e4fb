import Foundation
import StrictJSON

/// The files of a model folder that describe its tokenizer.
struct TokenizerFolder {
  let url: URL

  private static let maxBytes = 512 << 20

  /// What a message calls a file.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// The folder's file names, sorted; empty if there is no such folder.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
  }

  /// A file's bytes, or nil if there is no such file.
  ///
  /// - Throws: `unreadable` if it is a folder, a pipe, too large, a Git LFS pointer or cut off from
  ///   us by its permissions.
  func read(_ name: String) throws(TokenizerError) -> [UInt8]? {
    let listed = url.appendingPathComponent(name)
    // A link that leads nowhere is no missing file: its contents would have counted.
    guard (try? FileManager.default.attributesOfItem(atPath: listed.path)) != nil else {
      return nil
    }
    let file = listed.resolvingSymlinksInPath()
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw unreadable(name, "a link to a file that is not there")
    }
    try checkKind(of: file, name)
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw unreadable(name, error.systemReason)
    }
    if let found = placeholder(data) { throw unreadable(name, found) }
    return Array(data)
  }

  /// Reads a JSON file, or gives nil if there is none.
  func json(_ name: String) throws(TokenizerError) -> JSONField? {
    guard let bytes = try read(name) else { return nil }
    return try JSONField(parsing: bytes, file: path(name))
  }

  /// - Throws: `unsupported` if there is a file that would change the meaning of another.
  func refuse(_ name: String, beside other: String) throws(TokenizerError) {
    guard try read(name) != nil else { return }
    throw TokenizerError(
      file: path(name), problem: .unsupported(kind: "file", name: "\(name) beside \(other)"))
  }

  /// A pipe or a device would block, so only plain files are opened.
  private func checkKind(of file: URL, _ name: String) throws(TokenizerError) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else {
      throw unreadable(name, "not a plain file")
    }
    guard let size = attributes?[.size] as? Int, size <= Self.maxBytes else {
      throw unreadable(name, "larger than \(Self.maxBytes >> 20) MiB")
    }
  }

  private func unreadable(_ name: String, _ reason: String) -> TokenizerError {
    TokenizerError(file: path(name), problem: .unreadable(reason))
  }
}
