import Foundation
import StrictJSON

/// Writes a result and a line end to standard output.
///
/// - Throws: `Failure` if it cannot be written whole, so that a full disk is no success.
func writeResult(_ text: String) throws(Failure) {
  do {
    try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
  } catch {
    throw Failure(.failed, "standard output cannot be written: \(error.systemReason)")
  }
}

/// Writes a file, whole or not at all.
func writeFile(_ path: String, _ text: String) throws(Failure) {
  try writeFile(path) { try Data(text.utf8).write(to: $0, options: .atomic) }
}

/// Has `make` write a file under the name `path`, whole or not at all.
///
/// A link stays and its target is written; a device or a pipe gets the bytes of a file that is made
/// elsewhere: put in its place, a file would be the end of it for everybody.
func writeFile(_ path: String, _ make: (URL) throws -> Void) throws(Failure) {
  do {
    if let file = regularFile(path) { return try make(file) }
    let made = FileManager.default.temporaryDirectory
      .appendingPathComponent("spinscope-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: made) }
    try make(made)
    let (from, to) = (
      try FileHandle(forReadingFrom: made),
      try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    )
    while let piece = try from.read(upToCount: 1 << 20), !piece.isEmpty {
      try to.write(contentsOf: piece)
    }
  } catch {
    throw Failure(.failed, "\(path): cannot be written: \(error.systemReason)")
  }
}

/// The file that a path leads to, which need not exist; nil if it leads to what is no file.
private func regularFile(_ path: String) -> URL? {
  var file = URL(fileURLWithPath: path)
  for _ in 0..<40 {
    // Under these, links lead to open files and not to names.
    if ["/dev/", "/proc/"].contains(where: file.path.hasPrefix) { return nil }
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    switch attributes?[.type] as? FileAttributeType {
    case .typeSymbolicLink?:
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: file.path)
      guard let target else { return file }
      file = URL(fileURLWithPath: target, relativeTo: file.deletingLastPathComponent()).absoluteURL
    case .typeRegular?, .typeDirectory?, nil: return file
    default: return nil
    }
  }
  return file
}
