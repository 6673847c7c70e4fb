/// Why there is no screen to draw on; the process should say so and end with exit code 3.
public enum ScreenError: Error, Equatable, CustomStringConvertible {
  /// Standard output, or no input that a person could type into.
  case notATerminal
  /// No description of `TERM`, nor of what it resembles, can draw.
  case unusableTerminal(term: String)
  /// The terminal is another job's, and no shell is there that could hand it over.
  case inBackground
  case system(call: String, code: Int32)

  public var description: String {
    switch self {
    case .notATerminal:
      "standard output is not a terminal; run it in one, or use a command that prints"
    case .unusableTerminal(let term):
      "the terminal type “\(sanitized(term))” cannot show a screen; set TERM, for example to xterm-256color"
    case .inBackground:
      "it was started in the background, where it cannot be typed into; start it without &"
    case .system(let call, let code):
      "\(call) failed with error \(code); close other programs and try again"
    }
  }
}
