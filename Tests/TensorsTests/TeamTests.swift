import Synchronization
import Testing

@testable import Tensors

@Suite("A team does every part of every job once")
struct TeamTests {
  @Test("parts are done once, before the next job starts", arguments: [1, 2, 3, 8])
  func parts(workers: Int) {
    let done = (0..<40).map { _ in Counter() }
    withTeam(of: workers) { team in
      for job in 1...500 {
        team.share(1 + job % 40) { done[$0].value.add(1, ordering: .relaxed) }
        let counts = done.map { $0.value.load(ordering: .relaxed) }
        let expected = (0..<40).map { part in (1...job).filter { part < 1 + $0 % 40 }.count }
        if job % 100 == 0 { #expect(counts == expected) }
      }
    }
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  @Test("parts cover everything, in whole units", arguments: [1, 5, 64, 65, 700])
  func ranges(count: Int) {
    withTeam(of: 3) { team in
      let ranges = Tensors.parts(of: count, unit: 64, for: team)
      #expect(ranges.flatMap { Array($0) } == Array(0..<count))
      #expect(ranges.dropLast().allSatisfy { $0.count.isMultiple(of: 64) && !$0.isEmpty })
    }
    #expect(Tensors.parts(of: count, unit: 64, for: nil) == [0..<count])
  }
}
