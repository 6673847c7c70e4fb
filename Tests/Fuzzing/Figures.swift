import Foundation

/// What the tests of robustness did, for the command that adds it up: `Tests/Robustness/run`.
public enum Figures {
  private static let file = ProcessInfo.processInfo.environment["SPINSCOPE_FIGURES"]

  /// Adds to a number of the table.
  public static func add(_ name: String, _ count: Int = 1) {
    guard let file else { return }
    // SAFETY: the C string lives through the call.
    let descriptor = unsafe open(file, O_WRONLY | O_APPEND | O_CREAT, 0o644)
    guard descriptor >= 0 else { return }
    // One write at the end of the file: tests run side by side.
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try? handle.write(contentsOf: Data("\(count)\t\(name)\n".utf8))
  }
}
