import Foundation

/// A file that says who works on something, so that a second process leaves it alone.
///
/// The system keeps the lock for as long as the process lives that took it. A fit that was killed
/// does not lock its own resumption out, and process numbers, which mean nothing on another host and
/// are all alike in containers, are there to be read by people only. A file system without locks
/// locks nothing out.
struct ProcessLock {
  private let path: String
  private let handle: FileHandle

  /// Takes the lock.
  ///
  /// - Throws: `Failure` if another process has it, or the file cannot be written.
  init(_ path: String) throws(Failure) {
    self.path = path
    for _ in 0..<10 {
      // Made where it is not there, and left as it is where it is.
      try? Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
      guard let handle = FileHandle(forUpdatingAtPath: path) else { break }
      if flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        throw Failure(.failed, "\(path): \(Self.owner(path)) works on this already; wait for it")
      }
      if Self.sign(handle, path) {
        self.handle = handle
        return
      }
      try? handle.close()
    }
    throw Failure(.failed, "\(path): cannot be written; check the folder's permissions")
  }

  /// Gives the lock back and removes its file.
  func release() {
    try? FileManager.default.removeItem(atPath: path)
    try? handle.close()
  }

  /// Writes who has the lock.
  ///
  /// - Returns: whether the file is still the one at `path`: its last holder may have removed it
  ///   after it was opened here, and a lock on a file without a name locks nobody out.
  private static func sign(_ handle: FileHandle, _ path: String) -> Bool {
    let host = try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
    let name = host.map { " on \($0.trimmingCharacters(in: .whitespacesAndNewlines))" } ?? ""
    let text = Data("process \(getpid())\(name)\n\(UUID().uuidString)\n".utf8)
    try? handle.truncate(atOffset: 0)
    try? handle.write(contentsOf: text)
    return FileManager.default.contents(atPath: path) == text
  }

  private static func owner(_ path: String) -> String {
    let text = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    return text?.split(separator: "\n").first.map(String.init) ?? "another process"
  }
}

/// Whether a process lives, ours or another user's.
func isAlive(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno == EPERM }
