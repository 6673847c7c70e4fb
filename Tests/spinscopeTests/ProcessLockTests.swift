import Foundation
import Testing

@testable import spinscope

@Suite("A lock")
struct ProcessLockTests {
  private let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("lock-\(UUID().uuidString)").path

  @Test("is held by one at a time, names its holder, and goes with its file")
  func held() throws {
    let lock = try ProcessLock(path)
    let fault = try #require(throws: Failure.self) { try ProcessLock(path) }
    #expect(fault.code == .failed && fault.message.hasPrefix("\(path): process \(getpid())"))
    lock.release()
    #expect(!FileManager.default.fileExists(atPath: path))
    try ProcessLock(path).release()
  }

  @Test(
    "that a killed process left is taken over, whatever process has its number now",
    arguments: ["", "1\n", "process 1 on elsewhere\n"])
  func stale(text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try ProcessLock(path).release()
  }

  @Test("that cannot be written names its file")
  func unwritable() throws {
    let fault = try #require(throws: Failure.self) { try ProcessLock("\(path)/none/lock") }
    #expect(fault.message.contains("\(path)/none/lock: cannot be written"))
  }
}
