import Probing
import Testing

@testable import spinscope

@Suite("Silencing the neurons of a layer, one by one and at once")
struct LayerSilencingTests {
  @Test("by effect, every kept neuron is measured, and what helps most stands first")
  func effects() throws {
    let state = try TinyRun.state("3m")
    let kept = try #require(state.ranked).neurons.prefix(state.keptHere).map(\.address)
    let outcomes = try kept.map { try #require(state.outcome(of: $0)) }
    #expect(outcomes.count == kept.count && LayerSilencing(state: state).needs.isEmpty)
    let ranks = LayerState.ranks(state)
    let values = try ranks.prefix(kept.count).map { rank in
      let neuron = try #require(state.ranked).neurons[rank].address
      return try #require(state.outcome(of: neuron)).logitChange.value
    }
    #expect(values == values.sorted())
    #expect(
      LayerSilencing(state: state).progress?.hasPrefix("\(kept.count)/\(kept.count)") == true)
  }

  @Test("one by one is what the neuron's own screen says of it")
  func agrees() throws {
    let table = try TinyRun.state("3m")
    let alone = try TinyRun.state("4")
    let silenced = try #require(NeuronView.silenced(alone))
    #expect(table.outcome(of: alone.address) == silenced.outcome)
  }

  @Test("another way to silence measures anew")
  func replacement() throws {
    let state = try TinyRun.state("3m4s3")
    #expect(state.effects?.replacement == .zero)
    let first = try #require(state.ranked?.neurons.first).address
    #expect(state.outcome(of: first) != nil)
  }

  @Test("leaving the screen stops the measuring, so that nothing waits for it")
  func leaving() throws {
    var state = try TinyRun.state("3")
    let ask = state.update(.order(LayerState.Order.allCases.firstIndex(of: .effect) ?? 0))
    let ticket = try #require(ask.compactMap(\.effectsTicket).first)
    #expect(state.update(.showTab(.layers)).contains(.abandon(ticket)))
    #expect(state.update(.showTab(.layer)).contains { $0.effectsTicket != nil })
  }

  @Test("all kept neurons are silenced at once, here and in the sentence, and restored")
  func group() throws {
    let state = try TinyRun.state("3S")
    let group = state.look.views.layer.group
    #expect(group == state.ranked?.neurons.prefix(state.keptHere).map(\.address))
    #expect(state.currentGroup?.neurons == group)
    let inHead = group.filter(state.run.head.neurons.contains)
    #expect(Set(state.look.views.sentence.factors.keys) == Set(inHead.map(\.description)))
    let restored = try TinyRun.state("3SS")
    #expect(restored.look.views.layer.group.isEmpty)
    #expect(restored.look.views.sentence.factors.isEmpty)
    #expect(try TinyRun.state("3Su").look.views.layer.group.isEmpty)
  }

  @Test("a filter says which; one that nothing meets is said")
  func filtered() throws {
    let state = try TinyRun.state(":silence rank<gt>=2 rank<lt>=3<Enter>")
    #expect(state.look.views.layer.group.count == 2 && state.place.tab == .layer)
    let none = try TinyRun.state(":silence rank<gt>999<Enter>")
    #expect(none.look.views.layer.group.isEmpty && none.notice != nil)
  }

  @Test("what the table knows of effects is copied with it")
  func table() throws {
    let rows = LayerView(state: try TinyRun.state("3m")).table.rows
    #expect(rows[0].count == 10 && Double(rows[0][6]) != nil)
    #expect(LayerView(state: try TinyRun.state("3")).table.rows[0][6].isEmpty)
  }
}

extension ExplorerEffect {
  /// The ticket of a question for effects.
  fileprivate var effectsTicket: Ticket? {
    if case .ask(.effects, let ticket) = self { ticket } else { nil }
  }
}
