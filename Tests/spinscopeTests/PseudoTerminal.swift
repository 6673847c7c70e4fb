import Foundation
import Glibc

/// A program on a real pseudo-terminal: it gets keys and signals, and what it writes is kept.
final class PseudoTerminal {
  private let master: Int32
  let process: pid_t
  private(set) var output: [UInt8] = []

  // What glibc's headers define but Swift does not import: TIOCSPTLCK, TIOCGPTN and
  // POSIX_SPAWN_SETSID of Linux.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  private static let newSession: Int16 = 0x80

  /// Starts `program` as the leader of a session whose terminal this is.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], columns: UInt16 = 80,
    rows: UInt16 = 24
  ) throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (locked, number) = (Int32(0), Int32(0))
    guard master >= 0, ioctl(master, Self.setLock, &locked) == 0,
      ioctl(master, Self.getNumber, &number) == 0
    else { throw POSIXError(.ENXIO) }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session's leader opens becomes the session's own.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The thread that runs a test blocks signals, and a child would inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGMASK))
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var process = pid_t()
    let code = posix_spawn(&process, program, &actions, &attributes, words, variables)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    self.process = process
  }

  deinit {
    kill(process, SIGKILL)
    close(master)
  }

  func type(_ keys: String) { _ = keys.withCString { write(master, $0, strlen($0)) } }

  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Reads until the output that came since the last wait holds `text`, for ten seconds at most.
  func wait(for text: String) -> Bool {
    let start = output.count
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      read()
      if String(decoding: output[start...], as: UTF8.self).contains(text) { return true }
    }
    return false
  }

  /// Reads until the program ends, for ten seconds at most.
  ///
  /// - Returns: its exit code, 128 + n for signal n, or nil.
  func end() -> Int32? {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      read()
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        read()
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
      }
    }
    return nil
  }

  /// Whether the output so far holds `text`.
  func has(_ text: String) -> Bool { self.text.contains(text) }

  private var text: String { String(decoding: output, as: UTF8.self) }

  private func read() {
    var wanted = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, 20) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(master, &buffer, buffer.count)
    if count > 0 { output += buffer[..<count] }
  }
}
