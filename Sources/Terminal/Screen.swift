import CNCurses
import Foundation
import Glibc

/// The terminal in full-screen mode: entered by `init`, restored on every way out of the process.
///
/// One at a time; another may follow when it is gone. Ctrl-C and Ctrl-Z arrive as keys.
@MainActor
public struct Screen: ~Copyable {
  /// How many colours are drawn.
  public let depth: ColorDepth
  /// What to tell the user about the terminal, such as a type that had to be replaced.
  public let note: String?
  public private(set) var size: Size

  private let pipe: SelfPipe
  private let terminal: TerminalDescriptors
  private var input: ScreenInput
  private var output: ScreenOutput
  private var pendingSignals: [UInt8] = []
  private let environment: [String: String]
  private let mouse: Bool
  private var mouseIsOn: Bool

  /// - `depth`: how many colours to draw at most; by default what the environment says.
  /// - `mouse`: whether to receive the mouse; `setMouse` can change it.
  public init(
    depth wanted: ColorDepth? = nil, mouse: Bool = true, environment: [String: String]
  ) throws(ScreenError) {
    let descriptors = try TerminalDescriptors()
    try descriptors.waitForForeground()
    let pipe = try SelfPipe()
    _ = cn_use_utf8()
    // The guard stands before anything is switched on, so that no moment is left without it.
    try startGuard(terminal: descriptors.output, pipe: pipe.writing)
    let promised = wanted ?? ColorDepth.detect(environment: environment)
    let type: TerminalType
    do {
      type = try TerminalType.open(
        environment: environment, descriptors: descriptors, direct: promised == .direct)
    } catch {
      cn_guard_arm(false)
      cn_guard_stop()
      throw error
    }
    cn_hold_errors()
    startColors()
    let colors = Int(cn_colors())
    let detected = wanted ?? ColorDepth.detect(environment: environment, terminfoColors: colors)
    // A terminal description without direct colours can show no more than its own number.
    depth = min(detected, ColorDepth.detect(environment: [:], terminfoColors: colors))
    note = type.note
    self.pipe = pipe
    terminal = descriptors
    self.environment = environment
    self.mouse = mouse
    mouseIsOn = mouse
    input = ScreenInput(descriptor: descriptors.input)
    output = ScreenOutput(depth: depth, colors: colors)
    size = Size(columns: 0, rows: 0)
    enterModes()
    // The answer comes among the keys, whenever it comes; nothing waits for it.
    if answersQuestions(environment) { terminal.write(ControlText.frameQuestion) }
    readSize()
  }

  deinit { leaveScreen() }

  /// Lets other threads interrupt `nextEvent`.
  public var waker: Waker { Waker(pipe: pipe) }

  /// Draws what differs from what was drawn before.
  ///
  /// `cursor`: where the terminal's own cursor shows, which input methods and screen
  ///   readers follow; nil hides it.
  public mutating func draw(_ canvas: Canvas, cursor: (x: Int, y: Int)? = nil) {
    output.draw(canvas, cursor: cursor, frames: input.showsFrames ? terminal : nil)
  }

  /// Draws everything anew at the next `draw`.
  public mutating func repaint() { output.forget() }

  /// Whether the mouse reaches the program, or selects text in the terminal.
  public mutating func setMouse(_ on: Bool) {
    mouseIsOn = on
    terminal.write(on ? ControlText.mouseOn : ControlText.mouseOff)
  }
}

extension Screen {
  /// Puts `text` on the clipboard of whoever sits at the terminal, also over SSH (OSC 52).
  ///
  /// Terminals that do not know it, or do not allow it, do nothing.
  public func copy(_ text: String) {
    terminal.write("\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{07}")
  }

  /// Asks the terminal whether its background is dark or light, and goes on at once: the first
  /// picture does not wait for the answer, which is an event and never taken for keys.
  ///
  /// - Returns: what `COLORFGBG` says until then; nil if nobody knows.
  public func askGround() -> Theme.Variant? {
    if answersQuestions(environment) { terminal.write(ControlText.groundQuestion) }
    return Theme.Variant(environment: environment)
  }

  /// Waits for a key, a new size, a wake-up or a signal.
  ///
  /// Ctrl-Z is a key here: call `suspend()` for it. A stop that came from outside is done and over
  /// when this returns. `timeoutMilliseconds`: nil waits for ever; 0 only looks.
  public mutating func nextEvent(timeoutMilliseconds: Int? = nil) -> Event {
    while true {
      if let event = nextSignal() { return event }
      if let key = input.nextKey() { return .key(key) }
      if let ground = input.takeGround() { return .ground(ground) }
      switch waitForInput(timeoutMilliseconds) {
      case .ready: continue
      case .timeout: return .idle
      case .hangUp: return .signal(SIGHUP)
      }
    }
  }

  private mutating func nextSignal() -> Event? {
    pendingSignals += pipe.drain()
    guard !pendingSignals.isEmpty else { return nil }
    // Of several changes of size, the last is the one that counts.
    if pendingSignals.contains(UInt8(SIGWINCH)) {
      pendingSignals.removeAll { $0 == UInt8(SIGWINCH) }
      readSize()
      return .resize(size)
    }
    let byte = pendingSignals.removeFirst()
    switch Int32(byte) {
    case 0:
      pendingSignals.removeAll { $0 == 0 }
      return .wake
    case SIGCONT:
      reenter()
      return .resize(size)
    case SIGTSTP:
      suspend()
      return .resize(size)
    default:
      cn_guard_confirm()
      return .signal(Int32(byte))
    }
  }

  private enum Readiness {
    case ready
    case timeout
    case hangUp
  }

  private func waitForInput(_ timeoutMilliseconds: Int?) -> Readiness {
    var polled = [
      pollfd(fd: terminal.input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0),
    ]
    let timeout = timeoutMilliseconds.map { Int32(clamping: max(0, $0)) } ?? -1
    // SAFETY: poll reads and writes the two entries of the array.
    let count = unsafe poll(&polled, nfds_t(polled.count), timeout)
    if count == 0 { return .timeout }
    let gone = Int16(POLLHUP | POLLERR | POLLNVAL)
    if count > 0, polled[0].revents & gone != 0, polled[1].revents == 0 { return .hangUp }
    return .ready
  }
}

extension Screen {
  /// Gives the terminal back and stops the process group until the shell continues it.
  public mutating func suspend() {
    leaveModes()
    // The whole group, since the shell watches all processes of a pipeline.
    cn_stop_group()
    reenter()
    // The continuation that just happened is not to be handled again.
    pendingSignals += pipe.drain()
    pendingSignals.removeAll { $0 == UInt8(SIGCONT) || $0 == UInt8(SIGTSTP) }
  }

  private mutating func reenter() {
    cn_guard_arm(true)
    enterModes()
    readSize()
    output.forget()
  }

  private mutating func enterModes() {
    configureCurses()
    terminal.write(ControlText.modesOn + (mouseIsOn ? ControlText.mouseOn : ""))
  }

  private mutating func leaveModes() {
    cn_guard_reset()
    endwin()
  }

  private mutating func readSize() {
    var columns: Int32 = 0
    var rows: Int32 = 0
    // SAFETY: the shim writes one number into each of the two variables.
    guard unsafe cn_terminal_size(terminal.output, &columns, &rows) == 0 else { return }
    columns = min(columns, TerminalType.largest.columns)
    rows = min(rows, TerminalType.largest.rows)
    size = Size(columns: Int(columns), rows: Int(rows))
    if columns > 0, rows > 0 { resizeterm(rows, columns) }
    output.forget()
  }
}

/// Ends the process by the default action of `signal`, so that its parent sees the truth.
///
/// The screen must be gone by then.
public func endProcess(bySignal signal: Int32) -> Never {
  cn_guard_stop()
  cn_raise_default(signal)
  exit(128 + signal)
}

private func leaveScreen() {
  // In this order, for ncurses moves the cursor, which the alternate screen's end puts back.
  cn_guard_reset()
  endwin()
  cn_guard_stop()
}
