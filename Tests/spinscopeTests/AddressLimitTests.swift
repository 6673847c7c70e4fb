import Foundation
import Testing

@testable import spinscope

@Suite("A limit on addresses, as ulimit -v sets it", .serialized)
struct AddressLimitTests {
  /// A command under a limit of some kilobytes.
  private func limited(_ kilobytes: Int) throws -> Program.Result {
    try shell(
      "ulimit -v \(kilobytes); exec timeout 60 \"$0\" \"$@\"",
      ["classify", TinyRun.folder.path, "a good film"])
  }

  @Test("a command works, or says in a line what is missing; it neither waits for ever nor breaks")
  func any() throws {
    var (works, refuses) = (0, 0)
    for kilobytes in stride(from: 100_000, through: 600_000, by: 20_000) {
      let result = try limited(kilobytes)
      // Below some size the system cannot even load it.
      if result.code == 127 { continue }
      let lines = result.errors.split(separator: "\n")
      let isRefused =
        [1, 4].contains(result.code) && lines.count == 1 && lines[0].hasPrefix("spinscope: ")
      let hasWorked = result.code == 0 && result.output.contains("a good film") && lines.isEmpty
      #expect(isRefused || hasWorked, "\(kilobytes) kB: \(result)")
      works += hasWorked ? 1 : 0
      refuses += isRefused ? 1 : 0
    }
    #expect(works > 5 && refuses > 0)
  }

  @Test("what is missing is said with both numbers")
  func words() throws {
    try requireRoomForThreads(addresses: nil)
    let fault = #expect(throws: Failure.self) { try requireRoomForThreads(addresses: 20_000_000) }
    #expect(fault?.message.contains("leaves 20 MB of addresses, and") == true)
  }
}
