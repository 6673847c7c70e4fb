import Foundation
import Testing

@testable import Tensors

@Suite("Mapped files")
struct MappedFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("mapped-\(UUID().uuidString)")

  @Test("give their bytes in any range")
  func bytes() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("file").path
    let content = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    try Data(content).write(to: URL(fileURLWithPath: path))
    let file = try MappedFile(path: path)
    #expect(file.count == 10_000 && file.path == path)
    for range in [0..<10_000, 0..<0, 10_000..<10_000, 4095..<4097, 9999..<10_000] {
      #expect(file.bytes(range) == Array(content[range]))
    }
  }

  @Test("what is no file is refused in the system's words")
  func refused() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let none = folder.appendingPathComponent("none").path
    #expect(throws: MappedFileError(path: none, reason: "No such file or directory")) {
      try MappedFile(path: none)
    }
    let pipe = folder.appendingPathComponent("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [folder.path, pipe, "/dev/zero"] {
      #expect(throws: MappedFileError(path: path, reason: "not a regular file")) {
        try MappedFile(path: path)
      }
    }
  }

  @Test("a file is replaced in one step, and an older mapping keeps the old bytes")
  func replacing() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (old, new) = (folder.appendingPathComponent("old"), folder.appendingPathComponent("new"))
    try Data([1, 2]).write(to: old)
    try Data([3]).write(to: new)
    let mapped = try MappedFile(path: old.path)
    try replaceFile(old.path, by: new.path)
    #expect(mapped.bytes(0..<2) == [1, 2])
    #expect(try MappedFile(path: old.path).bytes(0..<1) == [3])
    #expect(throws: MappedFileError.self) { try replaceFile(old.path, by: new.path) }
  }
}
