import Probing

/// What silencing does to the validation texts, neuron by neuron and for a group of a layer's neurons.
struct LayerSilencing {
  let state: ExplorerState

  private var replacement: Replacement { state.look.views.neuron.substitute.replacement }
  private var ranksByEffect: Bool { state.look.views.layer.order == .effect }

  /// Addresses of the layer's neurons that η keeps.
  private var kept: [RankedNeuron] { Array(state.ranked?.neurons.prefix(state.keptHere) ?? []) }

  /// Some kept neurons that were not measured yet, where the table is ordered by it, and the group.
  var needs: [EngineRequest] {
    guard state.model == .ready, !state.isTyping else { return [] }
    let group = state.look.views.layer.group
    var needs: [EngineRequest] = []
    if !group.isEmpty, state.currentGroup == nil {
      needs.append(.group(group, replacement, state.sentence.text))
    }
    let unknown = kept.map(\.address).filter { state.outcome(of: $0) == nil }
    // The group first: somebody waits for it.
    if ranksByEffect, !unknown.isEmpty, needs.isEmpty {
      needs.append(.effects(Array(unknown.prefix(NeuronEffects.batch)), replacement))
    }
    return needs
  }

  /// `12/31 · τ to |w| +0.41`; nil where the table is ordered by something else.
  var progress: String? {
    guard ranksByEffect else { return nil }
    let known = kept.compactMap { neuron in
      state.outcome(of: neuron.address).map { (neuron.weight, $0.logitChange.value) }
    }
    var parts = ["\(known.count)/\(kept.count)"]
    if known.count < kept.count {
      parts.append(
        state.questions.status(of: .effects)
          ?? (state.model == .ready ? "…" : "needs the model"))
    }
    let agreement =
      known.count < 3
      ? nil : rankAgreement(known.map { abs(Double($0.0)) }, known.map { abs($0.1) })
    if let agreement { parts.append("τ to |w| \(signed(agreement))") }
    return parts.joined(separator: " · ")
  }

  /// What the group does, or where the table is ordered by it, the cursor's neuron; part by part.
  var sayings: [String] {
    let group = state.look.views.layer.group
    guard !group.isEmpty else { return ofCursor }
    guard let silenced = state.currentGroup else {
      let status = state.questions.status(of: .group)
      return [
        "\(group.count) silenced: \(status ?? (state.model == .ready ? "…" : "needs the model"))"
      ]
    }
    let outcome = silenced.outcome
    return [
      "\(group.count) silenced: \(points(outcome.comparison.accuracyDifference)) points",
      "\(outcome.flips.count) flips", "true logit \(signed(outcome.logitChange.value))",
    ] + alone(group) + [ofSentence(silenced)]
  }

  private var ofCursor: [String] {
    guard ranksByEffect, let outcome = state.outcome(of: state.address) else { return [] }
    let change = outcome.logitChange
    return [
      "\(state.address) silenced: true logit \(signed(change.value, 3)) "
        + "[\(signed(change.low, 3)), \(signed(change.high, 3))]",
      "\(points(outcome.comparison.accuracyDifference)) points", "\(outcome.flips.count) flips",
    ]
  }

  private func ofSentence(_ silenced: Silenced) -> String {
    let effect = silenced.effect
    let output = effect.total.count == 1 ? 0 : state.explanation?.explained ?? 0
    return "here logit \(signed(-effect.total[output])) = direct \(signed(-effect.direct[output]))"
      + " + indirect \(signed(-effect.indirect[output]))"
  }

  /// What the members do one by one, where all of them were measured: neurons that stand in for each
  /// other do less alone than together.
  private func alone(_ group: [NeuronAddress]) -> [String] {
    let outcomes = group.compactMap { state.outcome(of: $0) }
    guard outcomes.count == group.count, group.count > 1 else { return [] }
    return ["one by one \(signed(outcomes.reduce(0) { $0 + $1.logitChange.value }))"]
  }
}

extension ExplorerState {
  /// What silencing a neuron does to validation, if it was measured with what replaces it now.
  func outcome(of neuron: NeuronAddress) -> SilencingOutcome? {
    guard effects?.replacement == look.views.neuron.substitute.replacement else { return nil }
    return effects?.outcomes[neuron]
  }

  /// What the silenced group does to the sentence and to validation, if that is known.
  var currentGroup: Silenced? {
    group.flatMap {
      $0.neurons == look.views.layer.group && $0.sentence == sentence.text
        && $0.replacement == look.views.neuron.substitute.replacement ? $0 : nil
    }
  }

  /// Silences a group of the layer's neurons, in the sentence too.
  ///
  /// Where one is silenced and no filter is given, restores
  /// it.
  mutating func silenceGroup(_ text: String?) {
    let before = look.views.layer.group
    for neuron in before { look.views.sentence.factors["\(neuron)"] = nil }
    look.views.layer.group = []
    if place.tab != .layer { show(.layer) }
    guard text != nil || before.isEmpty, let ranked else { return }
    let ranks =
      text.map { NeuronFilter($0)?.ranks(layer, in: self) ?? [] }
      ?? LayerState.ranks(self).filter { $0 < keptHere }
    guard !ranks.isEmpty else {
      notice = "no neuron of this layer is like that"
      return
    }
    look.views.layer.group = ranks.sorted().map { ranked.neurons[$0].address }
    for neuron in look.views.layer.group where run.head.neurons.contains(neuron) {
      look.views.sentence.factors["\(neuron)"] = 0
    }
  }
}
