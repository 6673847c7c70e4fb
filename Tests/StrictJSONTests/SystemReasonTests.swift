import Foundation
import StrictJSON
import Testing

@Suite("Why the system failed is said in its words")
struct SystemReasonTests {
  private func reason(of body: () throws -> Void) -> String? {
    do { try body() } catch { return error.systemReason }
    return nil
  }

  @Test("what Foundation has a text for, and what it has a number for")
  func files() {
    let (nowhere, folder) = (URL(fileURLWithPath: "/nowhere/at/all"), URL(fileURLWithPath: "/"))
    #expect(reason { _ = try Data(contentsOf: nowhere) } == "No such file or directory")
    #expect(reason { _ = try Data(contentsOf: folder) } == "Is a directory")
    let full = URL(fileURLWithPath: "/dev/full")
    #expect(
      reason { try FileHandle(forWritingTo: full).write(contentsOf: Data([1])) }
        == "No space left on device")
  }

  @Test("error numbers, also those that nobody knows")
  func numbers() {
    #expect(POSIXError(.EMFILE).systemReason == "Too many open files")
    #expect(systemReason(ENOSPC) == "No space left on device")
    #expect(systemReason(99_999) == "error 99999")
  }

  @Test("errors that are not the system's keep their own words")
  func others() throws {
    let error = CocoaError(.fileReadCorruptFile)
    #expect(error.systemReason == error.localizedDescription)
  }
}
