import Foundation
import Tensors
import Testing

@testable import Probing

@Suite("A fit that goes on where it was stopped")
struct FitUnitsTests {
  private func fit(
    _ synthetic: Synthetic, _ folder: TemporaryFolder, stopAfter steps: Int = .max,
    settings: FitSettings = Synthetic.settings
  ) throws -> FitResult? {
    var calls = 0
    let units = FitUnits(in: folder.url, dependsOn: [String(describing: settings)])
    return try SpinFit(synthetic.work(settings: settings, units: units)).run { _ in
      calls += 1
      return calls <= steps
    }
  }

  @Test(
    "finds to the bit what an unbroken fit finds, wherever it was stopped", arguments: [2, 8, 14])
  func resumes(steps: Int) throws {
    let synthetic = try Synthetic(texts: 60)
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    #expect(try fit(synthetic, folder, stopAfter: steps) == nil)
    let results = (try fit(synthetic, folder), try fit(synthetic, other))
    let (resumed, unbroken) = (try #require(results.0), try #require(results.1))
    #expect(resumed.probes.map(\.fitted) == unbroken.probes.map(\.fitted))
    #expect(resumed.probes.map(\.validation) == unbroken.probes.map(\.validation))
    for (a, b) in zip(resumed.grid + resumed.exits, unbroken.grid + unbroken.exits) {
      #expect(a.neurons == b.neurons && a.fitted == b.fitted && a.validation == b.validation)
    }
  }

  @Test("keeps what is done: a unit is read, not made again")
  func kept() throws {
    let folder = try TemporaryFolder()
    let units = FitUnits(in: folder.url, dependsOn: ["a"])
    let head = try Tiny.run("max").head
    var made = 0
    for _ in 0..<3 {
      let value: Head? = units.value("head") {
        made += 1
        return head
      }
      #expect(value?.fitted == head.fitted && value?.neurons == head.neurons)
    }
    let none: Head? = FitUnits(in: folder.url, dependsOn: ["b"]).value("head") { nil }
    #expect(made == 1 && none == nil)
  }

  @Test("a unit that is not whole is made again")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let units = FitUnits(in: folder.url, dependsOn: ["a"])
    let head = try Tiny.run("max").head
    _ = units.value("head") { head }
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder.url.path).first)
    let file = folder["\(name)/head"]
    try Data(contentsOf: file).dropLast(40).write(to: file)
    var made = 0
    let value: Head? = units.value("head") {
      made += 1
      return head
    }
    #expect(made == 1 && value?.fitted == head.fitted)
  }
}
