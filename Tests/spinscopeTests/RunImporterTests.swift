import Foundation
import Testing

@testable import spinscope

@Suite("A fit of features that were made elsewhere", .serialized)
struct FitFeaturesTests {
  @Test("finds what the fit found that made them, and says where there is no model")
  func again() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let reviews = try String(
      contentsOf: Program.root.appendingPathComponent("Sources/spinscope/Demo/reviews.csv"),
      encoding: .utf8)
    let data = folder.appendingPathComponent("reviews.csv").path
    let lines = reviews.split(separator: "\n").prefix(161).joined(separator: "\n")
    try Data((lines + "\n").utf8).write(to: URL(fileURLWithPath: data))
    let (one, two) = (folder.path + "/one.spin", folder.path + "/two.spin")
    let options = ["--stability", "0", "--eta", "0.5", "--poolings", "max"]
    let first = try run(["fit", "Tests/Fixtures/models/tiny-bert", data, "-o", one] + options)
    #expect(first.code == 0, "\(first.errors)")
    let second = try run(["fit", "--features", one + "/features", data, "-o", two] + options)
    #expect(second.code == 0, "\(second.errors)")
    for name in [
      "probes.json", "probes.safetensors", "head.json", "head.safetensors", "texts.jsonl",
    ] {
      let files = try [one, two].map { try Data(contentsOf: URL(fileURLWithPath: "\($0)/\(name)")) }
      #expect(files[0] == files[1], "\(name)")
    }
    let summary = try run(["inspect", two])
    #expect(summary.code == 0 && summary.output.contains("features made elsewhere, 3 blocks"))
    for command in ["classify", "explain"] {
      let answer = try run([command, two, "a fine film"])
      #expect(answer.code == 4 && answer.errors.contains("there is no model here"))
    }
    #expect(try run(["report", two]).code == 0)
    let screen = try run(["screenshot", two, "--keys", "4", "--size", "120x40"])
    #expect(screen.code == 0 && screen.output.contains("no model here"), "\(screen.output)")
  }

  @Test("what does not go together is wrong usage, and rows that do not fit are an error")
  func refused() throws {
    #expect(try run(["fit", "Tests/Fixtures/models/tiny-bert", "-o", "x.spin"]).code == 2)
    #expect(
      try run(["fit", "--features", "f.npz", "d.csv", "-o", "x.spin", "--shard", "1/2"]).code == 2)
    let missing = try run(
      ["fit", "--features", "none.npz", "Sources/spinscope/Demo/reviews.csv", "-o", "none.spin"])
    #expect(missing.code == 4 && missing.errors.contains("none.npz: no such file"))
  }
}
