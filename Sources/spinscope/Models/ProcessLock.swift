import Foundation

/// A file that says which process works on something, so that a second one leaves it alone.
///
/// A lock whose process is gone is taken over: a fit that was killed must not lock its own resumption
/// out.
struct ProcessLock {
  private let path: String

  /// Takes the lock.
  ///
  /// - Throws: `Failure` if another process that lives has it.
  init(_ path: String) throws(Failure) {
    self.path = path
    let own = Data("\(getpid())\n".utf8)
    for _ in 0..<2 {
      if (try? own.write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)) != nil {
        return
      }
      let owner = (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
        Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      if let owner, isAlive(owner) {
        throw Failure(.failed, "\(path): process \(owner) works on this run already; wait for it")
      }
      try? FileManager.default.removeItem(atPath: path)
    }
    throw Failure(.failed, "\(path): cannot be written")
  }

  func release() { try? FileManager.default.removeItem(atPath: path) }
}

/// Whether a process lives, ours or another user's.
func isAlive(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno == EPERM }
