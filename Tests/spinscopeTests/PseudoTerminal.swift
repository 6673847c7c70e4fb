import Foundation
import Glibc

/// A program on a real pseudo-terminal: it gets keys and signals, and what it writes is kept.
final class PseudoTerminal {
  private var master: Int32
  /// The program's side, held open so that its modes can be read when the program is gone.
  private let slave: Int32
  private let before: termios
  let process: pid_t
  private(set) var output: [UInt8] = []

  // What glibc's headers define but Swift does not import: TIOCSPTLCK, TIOCGPTN and
  // POSIX_SPAWN_SETSID of Linux.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  private static let newSession: Int16 = 0x80

  /// Starts `program` as the leader of a session whose terminal this is.
  ///
  /// `redirected`: descriptors that are not the terminal, with the file that they are instead; an
  /// empty name closes them.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], columns: UInt16 = 80,
    rows: UInt16 = 24, redirected: [Int32: String] = [:]
  ) throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    var (locked, number) = (Int32(0), Int32(0))
    guard master >= 0, ioctl(master, Self.setLock, &locked) == 0,
      ioctl(master, Self.getNumber, &number) == 0
    else { throw POSIXError(.ENXIO) }
    let name = "/dev/pts/\(number)"
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    var modes = termios()
    guard slave >= 0, tcgetattr(slave, &modes) == 0 else { throw POSIXError(.ENXIO) }
    before = modes
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session's leader opens becomes the session's own.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    for (descriptor, file) in redirected {
      if file.isEmpty {
        posix_spawn_file_actions_addclose(&actions, descriptor)
      } else {
        posix_spawn_file_actions_addopen(
          &actions, descriptor, file, descriptor == 0 ? O_RDONLY : O_WRONLY | O_CREAT, 0o644)
      }
    }
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
    close(slave)
    if master >= 0 { close(master) }
  }

  func type(_ keys: String) { type(Array(keys.utf8)) }

  /// Types all of it, and reads meanwhile: a terminal whose output nobody reads takes no input.
  func type(_ bytes: [UInt8]) {
    var rest = bytes[...]
    let deadline = ContinuousClock.now + .seconds(120)
    while !rest.isEmpty, ContinuousClock.now < deadline {
      let count = rest.withUnsafeBytes { write(master, $0.baseAddress, min($0.count, 4096)) }
      if count > 0 { rest = rest.dropFirst(count) }
      if count < 0, errno != EAGAIN { return }
      if !rest.isEmpty { read(milliseconds: count > 0 ? 0 : 10) }
    }
  }

  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// The group of processes that keys go to.
  var foreground: pid_t {
    var group = pid_t()
    _ = ioctl(master, UInt(TIOCGPGRP), &group)
    return group
  }

  /// The terminal is closed, as when a window or a line is.
  func hangUp() {
    close(master)
    master = -1
  }

  /// Reads until the output that came since the last wait holds `text`, for thirty seconds at most.
  func wait(for text: String) -> Bool {
    let start = output.count
    let wanted = Array(text.utf8)
    var from = start
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      read(milliseconds: 20)
      if output[from...].contains(wanted) {
        return true
      }
      from = max(start, output.count - wanted.count)
    }
    return false
  }

  /// Lets go of what was read so far.
  func forget() { output.removeAll(keepingCapacity: true) }

  /// Reads for a while.
  func drain(milliseconds: Int, until text: String? = nil) {
    let deadline = ContinuousClock.now + .milliseconds(milliseconds)
    while ContinuousClock.now < deadline, text.map(has) != true { read(milliseconds: 5) }
  }

  /// Reads until the program ends, for so many seconds at most.
  ///
  /// - Returns: its exit code, 128 + n for signal n, or nil.
  func end(seconds: Double = 30) -> Int32? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      read(milliseconds: 20)
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        drain(milliseconds: 20)
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
      }
    }
    return nil
  }

  /// Whether the output so far holds `text`.
  func has(_ text: String) -> Bool { output.contains(Array(text.utf8)) }

  /// What came after the last time that `text` did.
  func after(_ text: String) -> String {
    let all = String(decoding: output, as: UTF8.self)
    return all.range(of: text, options: .backwards).map { String(all[$0.upperBound...]) } ?? ""
  }

  /// What the output so far has switched on and not off.
  var modes: TerminalModes { TerminalModes(after: output) }

  /// Whether keys are echoed, lines edited and so on as before the program started.
  var hasItsModes: Bool {
    var now = termios()
    guard tcgetattr(slave, &now) == 0 else { return false }
    let flags = [now.c_iflag, now.c_oflag, now.c_cflag, now.c_lflag]
    let keys = withUnsafeBytes(of: now.c_cc) { Array($0) }
    return flags == [before.c_iflag, before.c_oflag, before.c_cflag, before.c_lflag]
      && keys == withUnsafeBytes(of: before.c_cc) { Array($0) }
  }

  private func read(milliseconds: Int32) {
    guard master >= 0 else {
      usleep(UInt32(milliseconds) * 1000)
      return
    }
    var wanted = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, milliseconds) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(master, &buffer, buffer.count)
    if count > 0 { output += buffer[..<count] }
  }
}
