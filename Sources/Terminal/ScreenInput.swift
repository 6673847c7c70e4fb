import CNCurses
import Glibc

/// Reads keys by ncurses and puts together what it does not know: paste, mouse, focus.
@MainActor
struct ScreenInput {
  private let descriptor: Int32
  private var queue: [Key] = []
  /// Whether the terminal has said that it shows frames at once; the answer may come at any time.
  private(set) var showsFrames = false
  private var ground: Theme.Variant?

  // Key codes of our own, above those of ncurses and of extended terminal descriptions.
  private enum Code {
    static let pasteStart: wint_t = 5000
    static let pasteEnd: wint_t = 5001
    static let mouse: wint_t = 5002
    static let focusIn: wint_t = 5003
    static let focusOut: wint_t = 5004
    /// An answer to a question for a mode or for what the terminal is.
    static let report: wint_t = 5005
    static let ground: wint_t = 5006
  }

  // More than this is no sentence; the rest is read and dropped.
  private static let pasteLimit = 1 << 20

  init(descriptor: Int32) {
    self.descriptor = descriptor
    // SAFETY: the pad of the shim is never freed.
    unsafe keypad(cn_input(), true)
    unsafe nodelay(cn_input(), true)
    keyok(KEY_MOUSE, false)
    for (text, code) in [
      ("\u{1B}[200~", Code.pasteStart), ("\u{1B}[201~", Code.pasteEnd), ("\u{1B}[<", Code.mouse),
      ("\u{1B}[I", Code.focusIn), ("\u{1B}[O", Code.focusOut),
      ("\u{1B}[?", Code.report), ("\u{1B}]11;", Code.ground),
      ("\u{1B}[H", wint_t(KEY_HOME)), ("\u{1B}[F", wint_t(KEY_END)),
      ("\u{1B}[1~", wint_t(KEY_HOME)), ("\u{1B}[4~", wint_t(KEY_END)),
      ("\u{1B}[7~", wint_t(KEY_HOME)), ("\u{1B}[8~", wint_t(KEY_END)),
      ("\u{1B}[A", wint_t(KEY_UP)), ("\u{1B}[B", wint_t(KEY_DOWN)),
      ("\u{1B}[C", wint_t(KEY_RIGHT)), ("\u{1B}[D", wint_t(KEY_LEFT)),
      ("\u{1B}[Z", wint_t(KEY_BTAB)),
    ] {
      // SAFETY: ncurses copies the string.
      unsafe define_key(text, Int32(code))
    }
  }

  /// The next key that has come, without waiting.
  mutating func nextKey() -> Key? { queue.isEmpty ? readKey() : queue.removeFirst() }

  /// The background, if the terminal has told it since this was asked last.
  mutating func takeGround() -> Theme.Variant? {
    defer { ground = nil }
    return ground
  }

  private mutating func readKey() -> Key? {
    switch read() {
    case .none: return nil
    case .code(let code): return key(code: code)
    case .character(let scalar): return key(scalar)
    }
  }

  private enum Input {
    case none
    case code(wint_t)
    case character(Unicode.Scalar)
  }

  private func read() -> Input {
    var value: wint_t = 0
    // SAFETY: wget_wch writes one character into the variable; the pad is never freed.
    switch unsafe wget_wch(cn_input(), &value) {
    case KEY_CODE_YES: return .code(value)
    case OK: return .character(Unicode.Scalar(value) ?? "\u{FFFD}")
    default: return .none
    }
  }

  private mutating func key(_ scalar: Unicode.Scalar) -> Key? {
    switch scalar.value {
    case 0x09: return .tab
    case 0x0A, 0x0D: return .enter
    case 0x08, 0x7F: return .backspace
    case 0x1B: return escape()
    case 0x00: return .control(" ")
    case 0x01...0x1A:
      return Unicode.Scalar(scalar.value + 0x60).map { .control(Character($0)) } ?? .unknown
    case 0x1C...0x1F, 0x80...0x9F: return .unknown
    default: return .character(Character(scalar))
    }
  }

  /// Escape, or what follows it in the same burst: Alt with a key, or a sequence that nobody knows.
  private mutating func escape() -> Key {
    guard case .character(let next) = read() else { return .escape }
    if next == "[" || next == "O" {
      return swallowSequence() ? .unknown : .alt(Character(next))
    }
    if next == "\u{1B}" {
      queue.append(.escape)
      return .escape
    }
    guard case .character(let character)? = key(next) else { return .unknown }
    return .alt(character)
  }

  /// Reads to the end of a control sequence; false when nothing follows.
  private func swallowSequence() -> Bool {
    var any = false
    for _ in 0..<64 {
      guard case .character(let scalar) = read() else { return any }
      any = true
      if (0x40...0x7E).contains(scalar.value) { return true }
    }
    return true
  }

  private mutating func key(code: wint_t) -> Key? {
    switch code {
    case Code.pasteStart: return .paste(readPaste())
    case Code.pasteEnd: return .unknown
    case Code.mouse: return readMouse()
    case Code.focusIn: return .focus(true)
    case Code.focusOut: return .focus(false)
    case Code.report:
      readReport()
      return readKey()
    case Code.ground:
      ground = Theme.Variant(reply: readString())
      return readKey()
    // The size is read when the signal comes.
    case wint_t(KEY_RESIZE): return readKey()
    default: return Self.named[Int32(code)] ?? functionKey(code)
    }
  }

  private static let named: [Int32: Key] = [
    KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right, KEY_HOME: .home,
    KEY_END: .end, KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown, KEY_DC: .delete,
    KEY_BACKSPACE: .backspace, KEY_BTAB: .backTab, KEY_ENTER: .enter, KEY_SR: .up, KEY_SF: .down,
    KEY_SLEFT: .left, KEY_SRIGHT: .right, KEY_SHOME: .home, KEY_SEND: .end, KEY_FIND: .home,
    KEY_SELECT: .end,
  ]

  private func functionKey(_ code: wint_t) -> Key {
    let number = Int(code) - Int(cn_function_key(0))
    return (1...24).contains(number) ? .function(number) : .unknown
  }

  /// Reads an answer up to its last letter, such as `2026;1$y` (DECRQM) or `62;22c` (DA1).
  private mutating func readReport() {
    var report = ""
    while report.utf8.count < 64, case .character(let scalar)? = readSoon() {
      report.unicodeScalars.append(scalar)
      if (0x40...0x7E).contains(scalar.value) { break }
    }
    if report.hasPrefix("2026;") { showsFrames = ["2026;1$y", "2026;2$y"].contains(report) }
  }

  /// Reads the text of a control string up to its end, a bell or `␛\`.
  private func readString() -> String {
    var text = ""
    while text.utf8.count < 64, case .character(let scalar)? = readSoon() {
      if scalar == "\u{1B}" { _ = readSoon() }
      if scalar == "\u{1B}" || scalar == "\u{07}" { break }
      text.unicodeScalars.append(scalar)
    }
    return text
  }

  private mutating func readMouse() -> Key {
    var report = ""
    while report.utf8.count < 32, case .character(let scalar)? = readSoon() {
      if scalar == "M" || scalar == "m" {
        return MouseEvent(report: report, pressed: scalar == "M").map(Key.mouse) ?? .unknown
      }
      report.unicodeScalars.append(scalar)
    }
    return .unknown
  }

  /// Collects until the terminal says that the paste is over, or sends nothing for half a second.
  private mutating func readPaste() -> String {
    var text = String.UnicodeScalarView()
    var count = 0
    while let input = readSoon() {
      switch input {
      case .code(Code.pasteEnd), .none: return String(text)
      case .code: continue
      case .character(let scalar):
        // A view of scalars counts them anew each time that it is asked.
        count += 1
        guard count <= Self.pasteLimit else { continue }
        text.append(scalar == "\r" ? "\n" : scalar)
      }
    }
    return String(text)
  }

  /// The next input of a sequence that has begun, waiting for it half a second.
  private func readSoon() -> Input? {
    for wait in [true, false] {
      let input = read()
      if case .none = input {
        guard wait else { return nil }
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: poll reads and writes the one entry.
        _ = unsafe poll(&polled, 1, 500)
      } else {
        return input
      }
    }
    return nil
  }
}
