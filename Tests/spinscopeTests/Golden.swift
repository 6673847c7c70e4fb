import Foundation
import Testing

/// Compares a text with a file of `Fixtures/golden` that people have looked at, line by line.
///
/// With `UPDATE_GOLDENS=1` in the environment it is written anew instead; read the difference.
func compareWithGolden(_ text: String, _ name: String) throws {
  let file = TinyRun.fixtures.appendingPathComponent("golden/\(name)")
  if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return
  }
  let golden = try String(contentsOf: file, encoding: .utf8)
  guard text != golden else { return }
  Issue.record("\(differences(golden, text))\nin golden/\(name)")
}

/// The first lines that differ, what was expected above what came.
private func differences(_ expected: String, _ found: String) -> String {
  let expected = expected.split(separator: "\n", omittingEmptySubsequences: false)
  let found = found.split(separator: "\n", omittingEmptySubsequences: false)
  let lines = (0..<max(expected.count, found.count)).filter {
    $0 >= expected.count || $0 >= found.count || expected[$0] != found[$0]
  }
  let shown = lines.prefix(12).map { line in
    let before =
      line < expected.count ? "\(line + 1) - \(expected[line])" : "\(line + 1) - (no line)"
    let after = line < found.count ? "\(line + 1) + \(found[line])" : "\(line + 1) + (no line)"
    return before + "\n" + after
  }
  return "\(lines.count) lines differ:\n" + shown.joined(separator: "\n")
}
