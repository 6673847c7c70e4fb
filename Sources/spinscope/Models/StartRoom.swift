import Foundation
import Tensors
import Transformers

/// Refuses to start where a limit on addresses (`ulimit -v`) leaves no room for the threads: the
/// system would wait for that room for ever.
func requireRoomForThreads(addresses: Int? = addressesLeft()) throws(Failure) {
  // A stack each, as the system makes them, and something to work with.
  let needed = (availableWorkers() + 2) * 8_400_000 + 16_000_000
  guard let addresses, addresses < needed else { return }
  throw Failure(
    .failed,
    "ulimit -v leaves \(size(addresses)) of addresses, and \(size(needed)) are needed to start; raise it"
  )
}

/// Refuses to start where a limit on open files (`ulimit -n`) leaves none for the threads, which the
/// system's library ends the process for, and for what is read.
func requireRoomForFiles(_ needed: Int = 32) throws(Failure) {
  let probe = (0..<needed).compactMap { _ in FileHandle(forReadingAtPath: "/dev/null") }
  defer { for handle in probe { try? handle.close() } }
  guard probe.count < needed else { return }
  throw Failure(
    .failed, "ulimit -n leaves \(probe.count) open files, and \(needed) are needed; raise it")
}
