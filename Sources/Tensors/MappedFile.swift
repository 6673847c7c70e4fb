import Glibc
import Synchronization

/// Why a file could not be mapped.
public struct MappedFileError: Error, Equatable, CustomStringConvertible {
  public let path: String
  /// What the system said, in its words.
  public let reason: String

  public var description: String { "\(path): \(reason)" }
}

/// A file's bytes, read-only and mapped into memory: nothing is copied until it is read.
///
/// A file that somebody truncates while it is mapped raises SIGBUS on the next read; writers that
/// replace files by renaming, as this program does, never cause that. `exitWhenMappedBytesAreLost`
/// says so instead of crashing.
@safe public final class MappedFile: @unchecked Sendable {
  public let path: String
  /// Size in bytes.
  public let count: Int
  private let base: UnsafeRawPointer

  /// Maps the whole regular file at `path`.
  public init(path: String) throws(MappedFileError) {
    // A pipe that nobody writes to would block without O_NONBLOCK.
    // SAFETY: the C string lives through the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw MappedFile.lastError(path) }
    defer { close(descriptor) }
    var status = stat()
    // SAFETY: `status` outlives the call that fills it.
    guard unsafe fstat(descriptor, &status) == 0 else { throw MappedFile.lastError(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw MappedFileError(path: path, reason: "not a regular file")
    }
    self.path = path
    count = Int(status.st_size)
    if count == 0 {
      // SAFETY: the pointer is never read, because every range is checked against a count of 0.
      unsafe base = UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
      return
    }
    // SAFETY: a fresh private mapping of `count` bytes; it is unmapped once, in `deinit`.
    let mapped = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      guard errno != ENOMEM else {
        throw MappedFileError(path: path, reason: "no room for its \(count) bytes (see ulimit -v)")
      }
      throw MappedFile.lastError(path)
    }
    unsafe base = UnsafeRawPointer(mapped)
  }

  deinit {
    // SAFETY: the mapping that `init` made; nobody else holds it, storages keep `self` alive.
    if count > 0 { unsafe munmap(UnsafeMutableRawPointer(mutating: base), count) }
  }

  fileprivate static func lastError(_ path: String) -> MappedFileError {
    // SAFETY: strerror returns a string that is valid until the next call on this thread.
    unsafe MappedFileError(path: path, reason: String(cString: strerror(errno)))
  }

  /// A copy of the bytes in `range`.
  public func bytes(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) bytes")
    // SAFETY: the range was checked against the mapping just above.
    return unsafe Array(UnsafeRawBufferPointer(rebasing: buffer[range]))
  }

  /// Lets the system take back the memory of some of the mapped bytes, which stay readable.
  func giveBack(_ part: UnsafeRawBufferPointer) {
    guard let start = part.baseAddress else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (UInt(bitPattern: start) + UInt(page) - 1) / UInt(page) * UInt(page)
    let end = (UInt(bitPattern: start) + UInt(part.count)) / UInt(page) * UInt(page)
    guard first < end else { return }
    // SAFETY: whole pages inside the mapping, which is read-only: nothing can be lost.
    unsafe _ = madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_DONTNEED)
  }

  /// All bytes, for `Storage`, which keeps this file alive.
  var buffer: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base, count: count)
  }
}

/// From now on ends the process with a line and `code` where the bytes of a mapped file are gone
/// when they are read: somebody cut the file off, or its disk failed.
public func exitWhenMappedBytesAreLost(code: Int32) {
  lostBytesCode.store(code, ordering: .relaxed)
  var action = Glibc.sigaction()
  action.sa_flags = SA_SIGINFO
  // A signal handler may call little: this one, `write`, `_exit`, `signal` and `raise`.
  // SAFETY: the handler reads the description that the system hands to it, and a static string.
  unsafe action.__sigaction_handler.sa_sigaction = { number, info, _ in
    // Sent by somebody it is no fault of a file, and ends the process as it always does.
    guard let info = unsafe info, unsafe info.pointee.si_code > 0 else {
      signal(number, SIG_DFL)
      raise(number)
      return
    }
    let line: StaticString =
      "spinscope: a file was cut off, or its disk failed, while it was read; run the command again\n"
    unsafe _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
    _exit(lostBytesCode.load(ordering: .relaxed))
  }
  // SAFETY: the action outlives the call, which copies it.
  _ = unsafe sigaction(SIGBUS, &action, nil)
}

private let lostBytesCode = Atomic<Int32>(0)

/// Puts a finished file in the place of another in one step, so that a reader sees either whole.
public func replaceFile(_ path: String, by temporary: String) throws(MappedFileError) {
  // SAFETY: both C strings live through the call.
  guard unsafe rename(temporary, path) == 0 else { throw MappedFile.lastError(path) }
}
