import Testing

@testable import Terminal

struct ScreenWakerTests {
  @Test func `a wake-up arrives once it was sent, from any thread`() async throws {
    let pipe = try SelfPipe()
    #expect(pipe.drain().isEmpty)
    let waker = Waker(pipe: pipe)
    await Task.detached { waker.wake() }.value
    #expect(pipe.drain() == [0])
  }

  @Test func `a full pipe does not block`() throws {
    let pipe = try SelfPipe()
    for _ in 0..<100_000 { pipe.wake() }
    #expect(pipe.drain().count == 256)
  }
}
