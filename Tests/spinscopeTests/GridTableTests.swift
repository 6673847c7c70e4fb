import Terminal
import Testing

@testable import Probing
@testable import spinscope

@Suite("The grid of what was tried")
struct GridTableTests {
  @Test(
    "its usual axes hold the best depth of every source and pooling, the chosen one marked once")
  func poolings() throws {
    let run = try TinyRun.run()
    let table = GridTable(run, .poolings)
    #expect(table.headings.count == 9 && table.rows.count == 6)
    let chosen = table.rows.flatMap(\.cells).compactMap { $0 }.filter(\.isChosen)
    #expect(chosen.map(\.accuracy) == [run.head.validation.accuracy])
    for cell in table.rows.flatMap(\.cells) {
      #expect(run.scores.grid.contains { $0.validation.accuracy == cell?.accuracy })
    }
  }

  @Test("by depth stands what was fitted of the chosen source and pooling, and nothing else")
  func depths() throws {
    let run = try TinyRun.run()
    let table = GridTable(run, .depths)
    #expect(table.headings == [["A0"], ["A1"], ["A2"]])
    let row = try #require(table.rows.first { $0.selection == run.head.selection })
    #expect(row.cells.map { $0?.accuracy } == run.exits.map(\.validation.accuracy))
    #expect(row.cells.map { $0?.isChosen } == [false, false, true])
    for other in table.rows where other.selection != run.head.selection {
      #expect(other.cells.dropLast().allSatisfy { $0 == nil } && other.cells.last != nil)
    }
  }

  @Test("C and other draws are axes where the run knows them; keys turn to those that it knows")
  func known() throws {
    var run = try TinyRun.run()
    #expect(GridAxes.known(run) == [.poolings, .depths])
    #expect(try TinyRun.state("7o").look.views.run.axes == .depths)
    #expect(try TinyRun.state("7oo").look.views.run.axes == .poolings)
    #expect(try TinyRun.state("7ooo").look.views.run.axes == nil)

    let scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    for place in run.scores.grid.indices { run.scores.grid[place].accuracyByC = scores }
    run.scores.repeats = [0.5, 0.7].map { accuracy in
      let outcome = FitRepeat.Outcome(
        source: .activation, pooling: .max, selection: .eta(0.6), neurons: 3,
        validation: run.head.validation, test: run.head.validation)
      var score = run.head.validation
      score.accuracy = accuracy
      return FitRepeat(
        seed: 0, byLoss: outcome, byAccuracy: outcome, oneStandardError: outcome, base: score,
        bestLayer: score,
        curve: [.init(selection: .eta(0.6), neurons: 3, validation: score)])
    }
    #expect(GridAxes.known(run) == GridAxes.allCases)
    let byC = GridTable(run, .penalties)
    #expect(byC.headings.first == ["×1.5"] && byC.rows.count == 6)
    #expect(byC.rows.allSatisfy { $0.cells.map { $0?.accuracy } == scores })
    let drawn = GridTable(run, .draws)
    #expect(drawn.headings == [["fit"], ["1"], ["2"], ["mean"]])
    let row = try #require(drawn.rows.first { $0.selection == .eta(0.6) })
    #expect(row.cells.dropFirst().map { $0?.accuracy } == [0.5, 0.7, 0.6])
  }

  @Test(
    "with the temperature, probabilities are those of the run's scores; without, those as fitted")
  func calibration() throws {
    let state = try TinyRun.state("7")
    let run = state.run
    let changes = try #require(state.calibration)
    #expect(changes.map(\.split) == [.validation, .test])
    #expect(changes[0].after.score.accuracy == run.scores.validation.score.accuracy)
    #expect(
      abs(changes[0].after.calibrationError.value - run.scores.validation.calibrationError.value)
        < 1e-9)
    #expect(abs(changes[1].after.brier.value - run.scores.testEvaluation.brier.value) < 1e-9)
    #expect(abs(changes[0].before.logLoss.value - run.scores.temperature.lossBefore) < 1e-9)
    let text = ExplorerView(state: state).frame(size: Size(columns: 120, rows: 40)).canvas.text
    #expect(text.contains("\(percent(changes[1].before.calibrationError.value)) → "))
  }
}
