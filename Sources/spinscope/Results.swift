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
  do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
    throw Failure(.failed, "\(path): cannot be written: \(error.systemReason)")
  }
}
