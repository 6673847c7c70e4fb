import Foundation
import Probing
import Terminal
import Testing

@testable import spinscope

@Suite("A neuron on another run's texts")
struct NeuronElsewhereTests {
  @Test("c shows what the neuron is there beside what it is here, and goes back")
  func there() throws {
    let state = try TinyRun.compared("4c").state
    let there = try #require(NeuronView.elsewhere(state))
    let here = try #require(state.evidence)
    // The other run is of the same texts, so that the neuron is the same there.
    #expect(there.profile == here.profile && there.detector == here.detector)
    #expect(there.name == "shallow" && there.isTraced && there.texts.count == 26)
    #expect(there.texts.map(\.value) == there.texts.map(\.value).sorted(by: >))
    #expect(there.balance.reduce(0, +) == 20)
    let text = ExplorerView(state: state).frame(size: Size(columns: 120, rows: 40)).canvas.text
    #expect(text.contains("Texts of shallow: top") && text.contains("in shallow"))
    #expect(try NeuronView.elsewhere(TinyRun.compared("4cc").state) == nil)
    let bottom = try #require(try NeuronView.elsewhere(TinyRun.compared("4co").state))
    #expect(bottom.sample == .bottom && bottom.texts.first?.value == there.texts.last?.value)
  }

  @Test("without another run it is asked for one, and what is none is said")
  func asking() throws {
    #expect(try TinyRun.state("4c").prompt?.field.text == "beside ")
    var rehearsal = try TinyRun.rehearsal("")
    rehearsal.perform(.beside("/nowhere/at-all.spin"))
    #expect(rehearsal.state.place.tab == .neuron)
    let text = ExplorerView(state: rehearsal.state).frame(size: Size(columns: 120, rows: 40))
      .canvas.text
    #expect(text.contains("/nowhere/at-all.spin"))
  }

  @Test("a run of another model is refused: the address means another neuron there")
  func otherModel() throws {
    let run = try TinyRun.run()
    var other = run
    other.info.model.sha256 = "0"
    #expect(throws: Failure.self) {
      _ = try NeuronElsewhere(
        TinyRun.other.get().path, run.head.neurons[0], .max, .top, like: other, nil
      ) { _ in true }
    }
  }

  @Test("the address that is printed opens it again")
  func command() throws {
    let state = try TinyRun.compared("4c").state
    let command = ViewAddress(state).command(run: "tiny.spin", texts: state.run.texts)
    #expect(command.contains("texts-of=other") && command.contains("--against"))
  }

  @Test("m goes to the closest twin, and H back")
  func twin() throws {
    let start = try TinyRun.state("4")
    let twin = try #require(start.evidence?.twins.first)
    let moved = try TinyRun.state("4m")
    #expect(moved.address == twin.neuron && moved.place.tab == .neuron)
    #expect(try TinyRun.state("4mH").place == start.place)
  }
}
