import CNCurses
import Glibc

/// What is written to the terminal besides what ncurses writes.
enum ControlText {
  /// Everything off that this module, ncurses or a crashed program may have switched on; the
  /// alternate screen last.
  ///
  /// Where there is none, what follows stands below the picture, not in it.
  static let reset =
    "\u{1B}[?2026l\u{1B}[?1003l\u{1B}[?1002l\u{1B}[?1000l\u{1B}[?1015l\u{1B}[?1006l\u{1B}[?1004l"
    + "\u{1B}[?2004l\u{1B}[?2031l\u{1B}[<u\u{1B}[?25h\u{1B}[0m\u{1B}[?7h\u{1B}[?1l\u{1B}>"
    + "\u{1B}[999;1H\n\u{1B}[?1049l"
  static let modesOn = "\u{1B}[?2004h\u{1B}[?1004h"
  /// Begin and end of a frame that the terminal shows at once (mode 2026), and the question whether
  /// it can.
  static let frameBegin = "\u{1B}[?2026h"
  static let frameEnd = "\u{1B}[?2026l"
  static let frameQuestion = "\u{1B}[?2026$p"
  /// The question for the background (OSC 11), and one that every terminal answers (DA1): where
  /// that answer comes first, the other will not come.
  static let groundQuestion = "\u{1B}]11;?\u{1B}\\\u{1B}[c"
  static let mouseOn = "\u{1B}[?1002h\u{1B}[?1006h"
  static let mouseOff = "\u{1B}[?1002l\u{1B}[?1006l"
}

/// The two ends of the terminal.
struct TerminalDescriptors {
  let input: Int32
  let output: Int32

  /// Standard output must be a terminal; where standard input is none, the controlling terminal is
  /// typed into.
  init() throws(ScreenError) {
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
    output = STDOUT_FILENO
    if isatty(STDIN_FILENO) == 1 {
      input = STDIN_FILENO
    } else {
      // SAFETY: open reads a terminated string that Swift keeps alive for the call.
      input = unsafe open("/dev/tty", O_RDONLY | O_CLOEXEC)
      guard input >= 0 else { throw .notATerminal }
    }
  }

  /// Waits, stopped, until a shell gives this process the terminal: modes that were read before would
  /// be those in which the shell itself reads, and setting them would stop it half-way.
  func waitForForeground() throws(ScreenError) {
    // The mildest call that stops a background process (SIGTTOU), or fails where nobody could
    // continue it; else it waits until all output was sent.
    guard tcdrain(output) == 0 || errno != EIO else { throw .inBackground }
  }

  /// Writes all of `text`, past ncurses' buffer.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      while start < bytes.count {
        // SAFETY: the range start..<count lies within the buffer, which lives for the closure.
        let count = unsafe Glibc.write(
          output, bytes.baseAddress.map { unsafe $0 + start }, bytes.count - start)
        if count < 0, errno != EINTR { return }
        start += max(0, count)
      }
    }
  }
}

/// Installs the handlers of the C shim with the reset string.
func startGuard(terminal: Int32, pipe: Int32) throws(ScreenError) {
  let reset = ControlText.reset
  // SAFETY: the shim copies as many bytes as it is told that the string has.
  guard unsafe cn_guard_start(terminal, pipe, reset, reset.utf8.count) == 0 else {
    throw .system(call: "tcgetattr", code: errno)
  }
}

/// Whether the terminal takes questions without printing part of them.
func answersQuestions(_ environment: [String: String]) -> Bool {
  let term = environment["TERM"] ?? ""
  let old = ["ansi", "cons", "dumb", "linux", "sun", "vt", "wsvt"].contains { term.hasPrefix($0) }
  return !term.isEmpty && !old && environment["TERM_PROGRAM"] != "Apple_Terminal"
}

/// The terminal description that ncurses was started with.
struct TerminalType {
  var note: String?

  /// What is drawn of a terminal that says it is larger: no screen is, and what it says costs memory.
  static let largest: (columns: Int32, rows: Int32) = (1_000, 500)

  /// Starts ncurses with `TERM`, or with the nearest description that this system knows.
  ///
  /// `direct`: whether 24-bit colours are wanted.
  static func open(
    environment: [String: String], descriptors: TerminalDescriptors, direct: Bool
  ) throws(ScreenError) -> TerminalType {
    let term = environment["TERM"] ?? ""
    // LINES and COLUMNS of the environment would freeze the size.
    use_env(false)
    // Nor would ncurses start with more cells in a row than it can count; the size is read anew later.
    use_tioctl(isCountable(descriptors.output))
    if direct, openDirect(term: term, environment: environment, descriptors: descriptors) {
      return TerminalType(note: nil)
    }
    for name in candidates(term)
    where unsafe cn_newterm(name, descriptors.output, descriptors.input) != nil {
      guard cn_can_draw() else {
        endwin()
        break
      }
      let note = "the terminal type “\(sanitized(term))” is not known here; using \(name)"
      return TerminalType(note: name == term ? nil : note)
    }
    throw .unusableTerminal(term: term)
  }

  private static func isCountable(_ descriptor: Int32) -> Bool {
    var (columns, rows) = (Int32(0), Int32(0))
    // SAFETY: the shim writes one number into each of the two variables.
    guard unsafe cn_terminal_size(descriptor, &columns, &rows) == 0 else { return true }
    return columns <= largest.columns && rows <= largest.rows
  }

  private static func openDirect(
    term: String, environment: [String: String], descriptors: TerminalDescriptors
  ) -> Bool {
    guard let direct = DirectColorDescription(term: term, environment: environment) else {
      return false
    }
    // ncurses looks there while it starts; child processes must not see it.
    // SAFETY: setenv and unsetenv copy their strings; no other thread reads the environment yet.
    unsafe setenv("TERMINFO", direct.directory, 1)
    // SAFETY: ncurses copies the name; the screen it returns lives as long as the process.
    let screen = unsafe cn_newterm(direct.name, descriptors.output, descriptors.input)
    if let before = environment["TERMINFO"] {
      // SAFETY: as above.
      unsafe setenv("TERMINFO", before, 1)
    } else {
      // SAFETY: as above.
      unsafe unsetenv("TERMINFO")
    }
    return unsafe screen != nil
  }

  /// The names to try, most telling first.
  static func candidates(_ term: String) -> [String] {
    // A dumb terminal is known and cannot draw; trying others would write rubbish to it.
    if term == "dumb" { return [] }
    var names = term.isEmpty ? [] : [term]
    // xterm-kitty, tmux-256color-italic: what stands before the last part is often known.
    var base = term[...]
    while let dash = base.lastIndex(of: "-") {
      base = base[..<dash]
      names += ["\(base)-256color", String(base)]
    }
    for name in ["xterm-256color", "xterm", "ansi"] { names.append(name) }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}

/// The modes of ncurses that full-screen drawing needs.
@MainActor
func configureCurses() {
  raw()
  noecho()
  nonl()
  // SAFETY: stdscr lives from newterm to the end of the process.
  unsafe intrflush(cn_screen(), false)
  unsafe leaveok(cn_screen(), false)
  unsafe scrollok(cn_screen(), false)
  // Longer makes the Escape key slow; shorter takes keys apart on slow lines.
  set_escdelay(25)
}

/// Lets ncurses count the terminal's colours; before this it has none.
@MainActor
func startColors() {
  guard has_colors() else { return }
  start_color()
  use_default_colors()
}

/// The columns of the terminal behind a file descriptor; nil where there is none, or it hides them.
public func terminalWidth(descriptor: Int32) -> Int? {
  var columns: Int32 = 0
  var rows: Int32 = 0
  // SAFETY: the shim writes one number into each of the two variables.
  guard unsafe cn_terminal_size(descriptor, &columns, &rows) == 0, columns > 0 else { return nil }
  return Int(columns)
}
