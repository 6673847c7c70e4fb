import Foundation
import Probing
import Tensors
import Terminal
import Testing

@testable import spinscope

@Suite("Keys change the state as the help says")
struct ExplorerUpdateTests {
  @Test("the cursor stays inside the model")
  func cursor() throws {
    #expect(try TinyRun.state("kkkkkkkk").layer == 0)
    #expect(try TinyRun.state("jjjjjjjj").layer == 2)
    #expect(try TinyRun.state("sG").layer == 3)
    #expect(try TinyRun.state("2" + String(repeating: "l", count: 99)).neuron == 36)
    #expect(try TinyRun.state("2" + String(repeating: "h", count: 99)).neuron == 0)
  }

  @Test("η moves in steps and stays between 0.01 and 1")
  func eta() throws {
    let start = try TinyRun.state().eta
    #expect(abs(try TinyRun.state("(").eta - max(0.01, start - 0.05)) < 1e-9)
    #expect(abs(try TinyRun.state("}").eta - start - 0.01) < 1e-9)
    #expect(try TinyRun.state(String(repeating: "(", count: 40)).eta == 0.01)
    #expect(try TinyRun.state(String(repeating: ")", count: 40)).eta == 1)
  }

  @Test("a larger η never keeps fewer neurons, and each layer keeps one at least")
  func kept() throws {
    let index = RunIndex(try TinyRun.run())
    var before = 0
    for percent in 1...100 {
      let kept = index.kept(.hidden, .mean, eta: Double(percent) / 100)
      #expect(kept >= before)
      before = kept
    }
    #expect(index.probe(.activation, 0, .mean)?.kept(eta: 0.01) == 1)
  }

  @Test("what the screens keep at η is what the fit keeps")
  func keptAgrees() throws {
    let run = try TinyRun.run()
    for probe in run.probes {
      let ranked = RankedProbe(probe, .squared)
      for eta in [0.01, 0.05, 0.1, 0.2, 0.4, 0.5, 0.6, 0.8, 1] {
        let kept = probe.salientNeurons(.eta(eta))
        #expect(ranked.kept(eta: eta) == kept.count)
        #expect(ranked.neurons.prefix(kept.count).map(\.address) == kept)
      }
    }
  }

  @Test("typing asks for an answer, and keys that type do nothing else")
  func typing() throws {
    var state = try TinyRun.state("i")
    #expect(state.isTyping)
    let effects = state.update(.type(.character("q")))
    #expect(effects.map(\.request) == [.explain(state.sentence.text)])
    #expect(!state.isFinished)
    #expect(state.update(.type(.left)).isEmpty)
  }

  @Test("an answer to an older sentence is dropped, and work on it is given up")
  func staleAnswers() throws {
    var state = try TinyRun.state("i<C-u>old")
    let old = try #require(state.explanation)
    let first = try #require(state.update(.type(.character("x"))).first?.ticket)
    let effects = state.update(.type(.character("y")))
    #expect(effects.first == .abandon(first))
    var other = old
    other.text = "oldx"
    _ = state.update(.answered(.explanation(other), first))
    #expect(state.explanation == old)
    #expect(state.currentExplanation == nil)
  }

  @Test("a model that cannot be loaded is said, and typing goes on")
  func missingModel() throws {
    var state = ExplorerState(RunIndex(try TinyRun.run()))
    _ = state.update(.modelMissing("no such folder"))
    #expect(state.update(.type(.character("x"))).isEmpty)
    let frame = ExplorerView(state: state).frame(size: Size(columns: 80, rows: 24))
    #expect(frame.canvas.text.contains("no such folder"))
  }

  @Test("a screen asks once for what it lacks, and what is cancelled is not asked again there")
  func needs() throws {
    var state = ExplorerState(RunIndex(try TinyRun.run()))
    let asked = state.update(.showTab(.texts))
    #expect(asked.map(\.request) == [.predictions])
    #expect(state.update(.moveRow(1)).isEmpty)
    let ticket = try #require(asked.first?.ticket)
    #expect(state.update(.cancel) == [.abandon(ticket)])
    #expect(!state.isFinished)
    #expect(state.update(.moveRow(1)).isEmpty)
    _ = state.update(.answered(.predictions(TextTable(rows: [])), ticket))
    #expect(state.predictions == nil)
    _ = state.update(.showTab(.map))
    #expect(state.update(.showTab(.texts)).map(\.request) == [.predictions])
  }

  @Test("a query selects texts as it is typed, and what makes no sense keeps the last selection")
  func query() throws {
    let start = try TinyRun.state("6")
    let validation = start.run.texts.indices.filter { start.run.texts[$0].split == .validation }
    #expect(start.selection?.places == validation)
    let wrong = try TinyRun.state("6/wrong<Enter>")
    let rows = try #require(wrong.predictions).rows
    #expect(wrong.selection?.places == validation.filter { !rows[$0].isRight })
    #expect(!wrong.isTyping && !wrong.isQuerying && wrong.sentence == start.sentence)
    let broken = try TinyRun.state("6/)<Esc>")
    #expect(broken.selection?.places == validation)
    #expect(try TinyRun.state("6/<C-u>split:test<Tab>").selection?.score.n == 28)
  }

  @Test("the cursor moves among selected texts, and opens one as the sentence")
  func selected() throws {
    let state = try TinyRun.state("6/wrong<Enter>gj")
    let places = try #require(state.selection).places
    #expect(places.firstIndex(of: state.place.text) == 1)
    let opened = try TinyRun.state("6/wrong<Enter>gj<Enter>")
    #expect(opened.place.tab == .sentence)
    #expect(opened.sentence.text == state.run.texts[state.place.text].text)
  }

  @Test("every cell of the confusion matrix and every bin lists as many texts as it counts")
  func jumps() throws {
    let evaluation = try TinyRun.run().scores.validation
    for truth in 0..<2 {
      for predicted in 0..<2 {
        let keys =
          "7" + String(repeating: "j", count: truth) + String(repeating: "l", count: predicted)
        let count = try TinyRun.state(keys + "<Enter>").selection?.places.count
        #expect(count == evaluation.confusion[truth][predicted])
      }
    }
    for (bin, texts) in evaluation.reliability.enumerated() {
      let state = try TinyRun.state("7jj" + String(repeating: "j", count: bin) + "<Enter>")
      #expect(state.place.tab == .texts)
      #expect(
        state.selection?.places.count == texts.score.n, "\(state.look.views.texts.query.text)")
      #expect(
        state.selection?.score
          == Score(
            correct: Int((texts.score.accuracy * Double(texts.score.n)).rounded()),
            of: texts.score.n))
    }
  }

  @Test(
    "a neuron's texts, their words and what happens without it are asked for once, and dropped late"
  )
  func neuron() throws {
    let state = try TinyRun.state("4")
    #expect(state.evidence?.neuron == state.address && state.traces?.neuron == state.address)
    #expect(state.silenced?.neurons.first == state.address && state.silenced?.replacement == .mean)
    #expect(state.traces?.byPlace.count == 26)
    var moved = state
    let asked = moved.update(.moveRow(1)).compactMap(\.request)
    #expect(asked == [.neuron(moved.address, moved.pooling)])
    #expect(try TinyRun.state("4s").silenced?.replacement == .zero)
    #expect(try TinyRun.state("4oo").look.views.neuron.texts == .quantiles)
  }

  @Test("back and forward retrace the places")
  func places() throws {
    var state = try TinyRun.state("2j3j")
    let here = state.place
    _ = state.update(.showTab(.sentence))
    _ = state.update(.back)
    #expect(state.place == here)
    _ = state.update(.back)
    #expect(state.place.tab == .map)
    _ = state.update(.forward)
    #expect(state.place == here)
  }

  @Test(
    "undo takes back a row of steps of η at once, then what was before them; redo brings it again")
  func undo() throws {
    let start = try TinyRun.state()
    #expect(try TinyRun.state("p((({u").look.eta == start.eta)
    #expect(try TinyRun.state("p((({uu").look == start.look)
    #expect(try TinyRun.state("p(((uu<C-r><C-r>").look == TinyRun.state("p(((").look)
    #expect(try TinyRun.state("u").look == start.look)
  }

  @Test("on every screen each key means one thing, and every action has a name of its own")
  func keymap() {
    for tab in Tab.allCases {
      let keys = ActionTable.rows.filter { $0.screens.contains(tab) }
        .flatMap { $0.entries.flatMap(\.keys) }
      #expect(Set(keys).count == keys.count, "\(tab)")
    }
    let ids = ActionTable.rows.flatMap { $0.entries.map(\.id) }
    #expect(Set(ids).count == ids.count)
  }

  @Test("an address takes a view apart and puts it together again")
  func addresses() throws {
    let state = try TinyRun.state(
      "2p+ov((3/w<gt>0 kept<Enter>6/<C-u>/a/ or 50%<Enter>4os5jdPi<C-u>é/%=x<Enter>")
    let view = ViewAddress(state)
    let fresh = try TinyRun.state()
    let read = try #require(ViewAddress(view.address, in: fresh))
    #expect(read.place == view.place)
    #expect(read.look.views == view.look.views)
    #expect(read.look.views.sentence.pinned != nil && read.look.views.sentence.factors.count == 1)
    #expect(view.address.allSatisfy { $0.isASCII && !$0.isNewline })
    let command = view.command(run: "a b.spin", texts: state.run.texts)
    #expect(command.hasPrefix("spinscope explore 'a b.spin' --at 'sentence/"))
    #expect(command.hasSuffix("--say 'é/%=x'"))
    for bad in ["A99.0", "H0.99999", "nowhere", "eta=2", "layer/eta=x"] {
      #expect(ViewAddress(bad, in: fresh) == nil, "\(bad)")
    }
  }

  @Test("the command line goes to addresses, sets η, and finds actions by their letters")
  func commands() throws {
    #expect(try TinyRun.state(":A1.17<Enter>").address.description == "A1.17")
    #expect(try TinyRun.state(":eta 0,4<Enter>").eta == 0.4)
    #expect(try TinyRun.state(":ndhdn<Esc>").prompt == nil)
    #expect(try TinyRun.state(":zoom in<Enter>").place.tab == .map)
    let all = Set(try TinyRun.state(":").choices.map(\.title))
    for entry in ActionTable.rows.flatMap(\.entries) { #expect(all.contains(entry.title)) }
    #expect(try TinyRun.state(":show hidden<Enter>").representation == .hidden)
    #expect(try TinyRun.state(":qqqq<Enter>").notice != nil)
    #expect(try TinyRun.state("e0.3<Enter>").eta == 0.3)
    #expect(try TinyRun.state(":theme paper<Enter>").theme.id == "paper")
    #expect(try TinyRun.state("tpaper<Esc>").theme.id == Theme.builtIn.id)
  }

  @Test("a filter keeps what its terms say, and n goes from match to match")
  func filter() throws {
    let all = try #require(try TinyRun.state("3").ranked)
    let state = try TinyRun.state("3/w<lt>0<Enter>")
    let kept = LayerState.ranks(state)
    #expect(kept == all.neurons.indices.filter { all.neurons[$0].weight < 0 })
    #expect(NeuronFilter("w>") == nil)
    #expect(try TinyRun.state("3/nothing<Enter>n").notice != nil)
  }

  @Test("a silenced neuron's contribution leaves the logit, and restoring it brings it back")
  func silencing() throws {
    let state = try TinyRun.state("5js")
    let explanation = try #require(state.explanation)
    let place = try #require(state.run.head.neurons.firstIndex(of: state.address))
    let changed = state.look.views.sentence.applied(to: explanation, state.run.head.neurons)
    #expect(changed.contributions[place] == 0)
    #expect(abs(explanation.logit - explanation.contributions[place] - changed.logit) < 1e-9)
    #expect(try TinyRun.state("5jsr").look.views.sentence.factors.isEmpty)
    let half = try TinyRun.state("5j:scale 0.5<Enter>")
    #expect(half.look.views.sentence.factors["\(half.address)"] == 0.5)
  }

  @Test("the user's keys replace those of the table, and what is wrong with them is said")
  func keymapFile() throws {
    let keymap = Keymap([
      "eta.more": .string("<F5>"), "nonsense": .string("x"), "quit": .integer(1),
    ])
    var state = try TinyRun.state()
    state = ExplorerState(state.index, ExplorerState.Options(keymap: keymap))
    #expect(keymap.action(for: .function(5), in: state) != nil)
    #expect(keymap.action(for: .character(")"), in: state) == nil)
    #expect(keymap.warnings.contains { $0.contains("nonsense") })
  }

  @Test("a session comes back as it was, and one of another run does no harm")
  func session() throws {
    let left = try TinyRun.state("2p((")
    var state = try TinyRun.state()
    let data = try JSONEncoder().encode(Session(place: left.place, look: left.look))
    state.resume(try JSONDecoder().decode(Session.self, from: data))
    #expect(state.place == left.place && state.look == left.look)
    var elsewhere = left.place
    (elsewhere.layer, elsewhere.neuron, elsewhere.text) = (99, 1_000_000, -3)
    state.resume(Session(place: elsewhere, look: left.look))
    #expect(state.index.shape.contains(state.address))
  }
}

extension ExplorerEffect {
  var request: EngineRequest? {
    if case .ask(let request, _) = self { request } else { nil }
  }
  var ticket: Ticket? {
    switch self {
    case .ask(_, let ticket), .abandon(let ticket): ticket
    default: nil
    }
  }
}
