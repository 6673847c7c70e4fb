import Dispatch
import Synchronization
import Testing

@testable import Tensors

@Suite("Work in parallel")
struct ParallelTests {
  @Test("results stand in order, for any number of workers", arguments: [0, 1, 2, 5, 40])
  func order(workers: Int) {
    for count in [0, 1, 2, 33] {
      let squares = mapInParallel(count: count, workers: workers) { $0 * $0 }
      #expect(squares == (0..<count).map { $0 * $0 })
    }
  }

  @Test("every piece is done and consumed once", arguments: [1, 2, 7])
  func once(workers: Int) {
    var consumed = [Int](repeating: 0, count: 100)
    let scratches = Atomic<Int>(0)
    forEachInParallel(count: 100, workers: workers) {
      scratches.add(1, ordering: .relaxed)
      return 0
    } work: { index, scratch in
      scratch += 1
      return (index, scratch)
    } consume: { index, result in
      #expect(result.0 == index && result.1 >= 1)
      consumed[index] += 1
      return true
    }
    #expect(consumed == Array(repeating: 1, count: 100))
    #expect(1...workers ~= scratches.load(ordering: .relaxed))
  }

  @Test("one worker takes pieces in order and stops where it is told to")
  func stop() {
    var seen: [Int] = []
    forEachInParallel(count: 10, workers: 1) {
    } work: { index, _ in
      index
    } consume: { index, _ in
      seen.append(index)
      return index < 3
    }
    #expect(seen == [0, 1, 2, 3])
  }

  @Test("a piece under way when the work is stopped is not consumed any more")
  func underWay() {
    let stopped = DispatchSemaphore(value: 0)
    var seen: [Int] = []
    forEachInParallel(count: 10, workers: 2) {
    } work: { index, _ in
      if index > 0 { stopped.wait() }
    } consume: { index, _ in
      seen.append(index)
      stopped.signal()
      return false
    }
    #expect(seen == [0])
  }

  @Test("this process may use at least one processor, and uses no more than OpenBLAS can")
  func available() { #expect(1...64 ~= availableWorkers()) }
}
