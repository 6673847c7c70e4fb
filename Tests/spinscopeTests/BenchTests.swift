import Foundation
import Testing

@testable import spinscope

@Suite("bench", .serialized)
struct BenchTests {
  private let model = "Tests/Fixtures/models/tiny-bert"

  private func texts(_ lines: [String]) throws -> String {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-\(UUID().uuidString).csv")
    try ("text,label\n" + lines.enumerated().map { "\($1),\($0 % 2)\n" }.joined())
      .write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  @Test("rounds of reading texts say their seconds and the tokens that were read")
  func extract() throws {
    let file = try texts((0..<12).map { "a text number \($0)" })
    defer { try? FileManager.default.removeItem(atPath: file) }
    let result = try run([
      "bench", "extract", model, file, "--rounds", "2", "--threads", "1",
    ])
    #expect(result.code == 0, "\(result.errors)")
    let lines = try result.objects()
    #expect(lines.count == 2)
    for line in lines {
      #expect(line["texts"] as? Int == 12)
      #expect((line["seconds"] as? Double ?? 0) > 0)
      // Every text has its special tokens at least.
      #expect((line["tokens"] as? Int ?? 0) >= 24)
    }
  }

  @Test("sentences that are read one by one have a time each, but for the first tenth")
  func oneByOne() throws {
    let file = try texts((0..<20).map { "a text number \($0)" })
    defer { try? FileManager.default.removeItem(atPath: file) }
    let result = try run(["bench", "extract", model, file, "--rounds", "1", "--one-by-one"])
    let times = try #require(result.objects().first?["milliseconds"] as? [Double])
    #expect(times.count == 18 && times.allSatisfy { $0 > 0 })
  }

  @Test("a quantile is the smallest value that its share does not exceed")
  func quantiles() {
    let values = (1...100).map(Double.init).reversed()
    #expect(quantile(0.5, of: Array(values)) == 50)
    #expect(quantile(0.99, of: Array(values)) == 99)
    #expect(quantile(1, of: [3, 1, 2]) == 3)
    #expect(quantile(0.5, of: []).isNaN)
  }

  @Test("a line of the table shows the share and what it is a share of")
  func line() {
    let line = Measurement("sgemm", 1234.5, "GFLOP/s", share: 0.876, of: "the best shape").line
    #expect(line.contains("1,234") || line.contains("1,235"))
    #expect(line.contains("87.6 % of the best shape"))
    #expect(!Measurement("model load", 12.3, "ms").line.contains("%"))
  }

  @Test("made-up texts are the same every time, and as long as they say")
  func generated() {
    var (a, b) = (GeneratedTexts(), GeneratedTexts())
    #expect(a.short(20) == b.short(20))
    #expect(a.text(words: 12).split(separator: " ").count == 12)
    #expect(a.long(8).allSatisfy { $0.split(separator: " ").count >= 60 })
  }

  @Test("operations are those of the equations: 2 (4 C² + 2 C F) + 4 s C a token and block")
  func operations() throws {
    let shape = try LoadedModel(folder: URL(fileURLWithPath: model)).model.shape
    let (c, f) = (shape.width, shape.neurons)
    #expect(
      shape.operations(tokens: 7) == Double(shape.blocks * 7 * (8 * c * c + 4 * c * f + 28 * c)))
  }
}
