import Foundation
import Testing

@Suite("bench probe", .serialized)
struct ProbeBenchTests {
  @Test("says for each tolerance what a fit took and reached")
  func tolerances() throws {
    let result = try run([
      "bench", "probe", "--texts", "80", "--width", "30", "--tolerance", "1e-2", "--tolerance",
      "1e-5",
    ])
    #expect(result.code == 0)
    let lines = try result.objects()
    #expect(lines.compactMap { $0["tolerance"] as? Double } == [1e-2, 1e-5])
    for line in lines {
      let gap = try #require(line["gap"] as? Double)
      #expect(gap <= line["tolerance"] as? Double ?? 0)
      #expect((line["seconds"] as? Double ?? 0) > 0 && (line["nonzero"] as? Int ?? 0) > 0)
    }
  }

  @Test("a file without features is refused with what it should hold")
  func noFeatures() throws {
    let result = try run(["bench", "probe", "Tests/Fixtures/l1-problems.safetensors"])
    #expect(result.code == 4)
    #expect(result.errors.contains("needs x [texts, features]"))
  }
}
