import CKernels
import Dispatch
import Synchronization

/// Threads that share the parts of one small product after another, and do not sleep in between.
///
/// A product of one sentence takes some 50 µs: less than it takes to wake a thread twice. A team's
/// threads therefore wait busily, and only as long as `withTeam` runs.
public final class Team: Sendable {
  /// Threads, the caller's included.
  public let workers: Int
  /// The number of the job · 2³², its parts · 2¹⁶, and the next part to be taken: read and counted up
  /// as one, so that nobody takes a part of one job for another's.
  private let ticket = Atomic<UInt64>(0)
  private let finished = Atomic<Int>(0)
  private let isClosed = Atomic<Bool>(false)
  // SAFETY: written only while no part of the last job is left, and read only by who has taken a part.
  nonisolated(unsafe) private var job: (_ part: Int) -> Void = { _ in }

  fileprivate init(workers: Int) { self.workers = workers }

  /// Does the parts 0 ..< `parts` of a job, in any order, and returns when all are done.
  ///
  /// Called by the thread that runs the body of `withTeam`, and not from within a job.
  func share(_ parts: Int, _ job: @escaping (_ part: Int) -> Void) {
    precondition(parts < 1 << 16, "\(parts) parts")
    unsafe self.job = job
    finished.store(0, ordering: .relaxed)
    let number = (ticket.load(ordering: .relaxed) >> 32) &+ 1
    ticket.store(number << 32 | UInt64(parts) << 16, ordering: .releasing)
    takeParts()
    while finished.load(ordering: .acquiring) < parts { ck_pause() }
  }

  private func takeParts() {
    while isOpen(ticket.load(ordering: .relaxed)) {
      let taken = ticket.add(1, ordering: .acquiring).oldValue
      guard isOpen(taken) else { return }
      unsafe job(Int(taken & 0xffff))
      finished.add(1, ordering: .releasing)
    }
  }

  /// Whether a job has a part that nobody has taken.
  private func isOpen(_ ticket: UInt64) -> Bool { ticket & 0xffff < ticket >> 16 & 0xffff }

  fileprivate func help() {
    while !isClosed.load(ordering: .relaxed) {
      takeParts()
      ck_pause()
    }
  }

  fileprivate func close() { isClosed.store(true, ordering: .relaxed) }
}

/// Runs `body` with a team of up to `workers` threads; a helper that the system has no time for is
/// not waited for.
public func withTeam(of workers: Int, _ body: (Team) -> Void) {
  let team = Team(workers: max(1, workers))
  // SAFETY: exactly one iteration calls it, and no other touches what it refers to.
  nonisolated(unsafe) let body = body
  DispatchQueue.concurrentPerform(iterations: team.workers) { index in
    guard index == 0 else { return team.help() }
    unsafe body(team)
    team.close()
  }
}

/// The ranges of about equal size into which `count` things fall, each but the last a multiple of
/// `unit`, as parts for a team; one range without a team.
func parts(of count: Int, unit: Int, for team: Team?) -> [Range<Int>] {
  let units = (count + unit - 1) / unit
  // Twice as many as threads: one that the system holds up leaves the other less to wait for.
  let parts = max(1, min(units, team.map { $0.workers > 1 ? 2 * $0.workers : 1 } ?? 1))
  return (0..<parts).map {
    min(count, $0 * units / parts * unit)..<min(count, ($0 + 1) * units / parts * unit)
  }
}
