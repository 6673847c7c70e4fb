import Dispatch
import Foundation
import Synchronization

/// The processors that this process may use, which `taskset` or a container may have lowered; at
/// most as many as OpenBLAS of Debian has buffers for.
public func availableWorkers() -> Int {
  let processors = ProcessInfo.processInfo.activeProcessorCount
  return min(64, max(1, min(processors, ControlGroups.own.processors ?? processors)))
}

/// Does `count` pieces of work on up to `workers` threads and hands over results as they come.
///
/// Pieces start in order and end in any; `consume` is called by one thread at a time. What a piece
/// computes must not depend on the worker, so that results do not depend on their number.
/// - Parameters:
///   - count: the number of pieces.
///   - workers: threads at most.
///   - makeScratch: makes the memory that one worker reuses for all its pieces.
///   - work: computes piece `index`.
///   - consume: takes a result; return `false` to start no further piece, and to drop the results
///     of those under way.
public func forEachInParallel<Scratch, Result>(
  count: Int, workers: Int, makeScratch: @Sendable () -> Scratch,
  work: @Sendable (_ index: Int, _ scratch: inout Scratch) -> Result,
  consume: (_ index: Int, _ result: Result) -> Bool
) {
  let next = Atomic<Int>(0)
  let stopped = Atomic<Bool>(false)
  let gate = Mutex(())
  // `consume` is not Sendable, but the mutex lets one thread at a time call it.
  nonisolated(unsafe) let consume = consume
  DispatchQueue.concurrentPerform(iterations: min(max(1, workers), max(1, count))) { _ in
    var scratch = makeScratch()
    while !stopped.load(ordering: .relaxed) {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let result = work(index, &scratch)
      gate.withLock { _ in
        guard !stopped.load(ordering: .relaxed) else { return }
        // SAFETY: called under the mutex only.
        if unsafe !consume(index, result) { stopped.store(true, ordering: .relaxed) }
      }
    }
  }
}

/// The results of `count` independent pieces of work, in order.
public func mapInParallel<Result>(
  count: Int, workers: Int, work: @Sendable (_ index: Int) -> Result
) -> [Result] {
  var results = [Result?](repeating: nil, count: count)
  forEachInParallel(
    count: count, workers: workers, makeScratch: { () },
    work: { index, _ in work(index) },
    consume: { index, result in
      results[index] = result
      return true
    })
  return results.compactMap { $0 }
}
