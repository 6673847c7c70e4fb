import Foundation

/// The texts of a command: its arguments, or the lines of standard input for a single `-`.
func inputTexts(_ arguments: [String]) throws(Failure) -> [String] {
  guard arguments == ["-"] else { return arguments }
  let data: Data
  do { data = try FileHandle.standardInput.readToEnd() ?? Data() } catch {
    throw Failure(.input, "standard input cannot be read; pipe lines of text into it")
  }
  var lines: [String] = []
  for (number, line) in data.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
    guard let text = String(validating: line, as: UTF8.self) else {
      throw Failure(.input, "standard input: line \(number + 1) is not UTF-8")
    }
    lines.append(text)
  }
  // A final line feed ends the last line, it does not begin another.
  if lines.last == "" { lines.removeLast() }
  return lines
}

/// Says on standard error what became of some texts, by number; nothing if there are none.
///
/// `fact` follows "is": `cut at 512 tokens`.
func report(_ texts: [String], _ fact: String) {
  guard !texts.isEmpty else { return }
  standardError(
    "spinscope: text\(texts.count == 1 ? "" : "s") \(listed(texts)) "
      + "\(texts.count == 1 ? "is" : "are") \(fact)")
}
