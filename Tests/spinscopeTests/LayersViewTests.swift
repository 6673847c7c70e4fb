import Probing
import Terminal
import Testing

@testable import spinscope

@Suite("The screen of the layers")
struct LayersViewTests {
  @Test("hidden scores are on no part of the screen, and come back with what the guess was worth")
  func hidden() throws {
    let size = Size(columns: 200, rows: 60)
    let state = try TinyRun.state("v")
    let scores = (0..<3).compactMap { layer in
      state.index.probe(state.representation, layer, state.pooling).map {
        percent($0.probe.validation.accuracy)
      }
    }
    let body = ExplorerView(state: state).frame(size: size).canvas.lines.dropLast(2)
    #expect(!scores.contains { score in body.contains { $0.contains(score) } })
    #expect(!LayersView(state: state).summary.contains("%"))
    let revealed = try TinyRun.state("vv")
    #expect(revealed.notice?.hasPrefix("you guessed") == true)
    #expect(!revealed.look.views.layers.isHidden)
  }

  @Test("the exit's threshold moves among those that were tried, and the numbers follow")
  func threshold() throws {
    let start = try TinyRun.state()
    let rule = start.run.scores.exitRule
    #expect(start.exitOutcome == rule.chosenValidation)
    let least = try TinyRun.state(String(repeating: ",", count: 20))
    #expect(least.exitOutcome == rule.validation.first)
    let most = try TinyRun.state(String(repeating: ".", count: 20))
    #expect(most.exitOutcome == rule.validation.last)
    let set = try TinyRun.state("2:exit 0.87<Enter>")
    #expect(set.exitOutcome?.threshold == 0.87 && set.place.tab == .layers)
    #expect(try TinyRun.state(":exit 0.87<Enter>,").exitOutcome?.threshold == 0.85)
    #expect(try TinyRun.state(":exit 0.87<Enter>.").exitOutcome?.threshold == 0.9)
    #expect(try TinyRun.state(",u").exitOutcome == rule.chosenValidation)
    let screen = try TinyRun.screen(":exit 0.9<Enter>", Size(columns: 120, rows: 40)).text
    #expect(screen.contains("exit at 90 %"))
  }

  @Test("what any threshold does is what the fit found, at those that it tried")
  func trials() throws {
    let run = try TinyRun.run()
    let trials = try ExitTrials(run, RunFeatures(run, folder: TinyRun.whole.get()))
    for outcome in run.scores.exitRule.validation {
      #expect(trials.outcome(at: outcome.threshold) == outcome)
    }
    let between = trials.outcome(at: 0.62)
    let around = run.scores.exitRule.validation.filter { [0.6, 0.65].contains($0.threshold) }
    #expect(around[0].meanBlocks <= between.meanBlocks)
    #expect(between.meanBlocks <= around[1].meanBlocks)
  }

  @Test("the poolings stand side by side at every width, and the address opens them again")
  func poolings() throws {
    let state = try TinyRun.state("o")
    for columns in [40, 80, 120, 200] {
      let text = ExplorerView(state: state).frame(size: Size(columns: columns, rows: 24)).canvas
        .text
      for pooling in state.run.info.settings.poolings {
        let probe = state.index.probe(state.representation, 0, pooling)?.probe
        #expect(text.contains(pooling.rawValue), "\(columns)")
        #expect(text.contains(percent(probe?.validation.accuracy ?? 0)), "\(columns)")
      }
    }
    #expect(ViewAddress(state).address.contains("poolings=all"))
    #expect(try TinyRun.state("oo").look.views.layers.showsPoolings == false)
  }

  @Test("the threshold's slider takes a click at both of its ends")
  func slider() throws {
    let state = try TinyRun.state()
    let frame = ExplorerView(state: state).frame(size: Size(columns: 120, rows: 40))
    let region = try #require(
      frame.regions.last { if case .setThreshold = $0.action(1, 0) { true } else { false } })
    guard case .setThreshold(let low) = region.action(1, 0),
      case .setThreshold(let high) = region.action(region.rect.width - 2, 0)
    else { return }
    let tried = state.run.scores.exitRule.validation.map(\.threshold)
    #expect(low == tried.first && high == tried.last)
  }
}
