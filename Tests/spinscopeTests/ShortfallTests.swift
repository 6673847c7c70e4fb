import Probing
import Testing

@testable import spinscope

@Suite("Fits that stopped short")
struct ShortfallTests {
  private func run(_ change: (inout Run) -> Void) throws -> Run {
    var run = try TinyRun.run()
    for place in run.probes.indices { run.probes[place].fitted.converged = true }
    for place in run.scores.grid.indices { run.scores.grid[place].converged = true }
    for place in run.exits.indices { run.exits[place].fitted.converged = true }
    change(&run)
    return run
  }

  @Test("are named with gap, steps and what to change")
  func line() throws {
    let one = try run {
      $0.probes[0].fitted.converged = false
      $0.probes[0].fitted.relativeGap = 0.0034
      $0.probes[0].fitted.iterations = 200
    }
    let shortfall = try #require(Shortfall(one))
    #expect(shortfall.count == 1 && shortfall.fits == one.probes.count + one.configurations.count)
    #expect(shortfall.line.hasPrefix("1 of \(shortfall.fits) fits stopped short of a relative gap"))
    #expect(shortfall.line.contains("at most 0.0034 after up to 200 steps; try a smaller C"))
    #expect(RunSummary(one).text.contains(shortfall.line))
  }

  @Test("are told what single precision can, and to scale what is not scaled")
  func advice() throws {
    let fine = try run {
      $0.info.settings.classifier.tolerance = 1e-12
      $0.scores.grid[0].converged = false
      $0.scores.grid[0].iterations = nil
    }
    let line = try #require(Shortfall(fine)).line
    #expect(line.contains("1e-12") && line.hasSuffix("ask for --tolerance 1e-6"))
    #expect(!line.contains("steps"))
    let raw = try run {
      $0.info.settings.classifier.scaling = .none
      $0.scores.grid[0].converged = false
    }
    #expect(try #require(Shortfall(raw)).line.contains("scale the features"))
  }

  @Test("are not spoken of where there are none")
  func none() throws {
    let whole = try run { _ in }
    #expect(Shortfall(whole) == nil)
    #expect(!RunSummary(whole).text.contains("stopped short"))
  }
}
