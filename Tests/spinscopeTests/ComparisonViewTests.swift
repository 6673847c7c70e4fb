import Probing
import Terminal
import Testing

@testable import spinscope

@Suite("A run is held against another")
struct ComparisonViewTests {
  @Test("the screen says what the comparison found, and c goes back")
  func screen() throws {
    let rehearsal = try TinyRun.compared()
    let compared = try #require(rehearsal.state.currentComparison)
    #expect(rehearsal.state.place.tab == .run && compared.name == "shallow")
    let text = ExplorerView(state: rehearsal.state).frame(size: Size(columns: 120, rows: 40))
      .canvas.text
    #expect(text.contains("Against shallow"))
    #expect(text.contains(points(compared.test.accuracy.accuracyDifference)))
    let neurons = try #require(compared.test.neurons)
    #expect(neurons.second == 2 && neurons.shared.count == 2)
    #expect(try !TinyRun.compared("c").state.look.views.run.isCompared)
    #expect(try TinyRun.compared("cc").state.look.views.run.isCompared)
    #expect(try TinyRun.state("7c").prompt?.field.text == "compare ")
  }

  @Test("texts that flip are listed, and ⏎ shows them among the texts")
  func flips() throws {
    let state = try TinyRun.compared().state
    let flips = try #require(state.currentComparison).flips
    let rows = try #require(state.predictions).rows
    #expect(!flips.isEmpty)
    for flip in flips { #expect(rows[flip.place].otherAnswer == flip.second) }
    let opened = try TinyRun.compared("G<Enter>").state
    #expect(opened.place.tab == .texts && opened.place.text == flips.last?.place)
    #expect(opened.selection?.places == flips.map(\.place))
    #expect(state.place.tab.view.init(state: state).table.rows.count == flips.count)
  }

  @Test("what is no run, or has nothing in common, is said in its place")
  func failure() throws {
    var rehearsal = try TinyRun.rehearsal("")
    rehearsal.perform(.compare("/nowhere/at-all.spin"))
    let text = ExplorerView(state: rehearsal.state).frame(size: Size(columns: 100, rows: 30))
      .canvas.text
    #expect(text.contains("/nowhere/at-all.spin"))
  }

  @Test("behind compare stand the runs beside this one, by their letters")
  func beside() throws {
    let other = try TinyRun.other.get()
    let twin = other.deletingLastPathComponent().appendingPathComponent("twin.spin")
    #expect(RunsCompared.beside(twin) == [other.path])
    var options = ExplorerState.Options()
    options.runsBeside = RunsCompared.beside(twin)
    var state = ExplorerState(RunIndex(try TinyRun.run()), options)
    _ = state.update(.fillPrompt("compare sha"))
    #expect(state.choices.first?.title == "compare shallow.spin")
    _ = state.update(.prompt(.enter))
    #expect(state.look.views.run.against == other.path && state.look.views.run.isCompared)
  }

  @Test("the address that is printed opens the comparison again")
  func command() throws {
    let state = try TinyRun.compared().state
    let path = try TinyRun.other.get().path
    let command = ViewAddress(state).command(run: "tiny.spin", texts: state.run.texts)
    #expect(command.contains("--against \(path)") || command.contains("--against '\(path)'"))
  }
}
