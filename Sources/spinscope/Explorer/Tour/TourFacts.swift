import Probing
import Terminal

/// What the tour can say of a run: every number on it comes from here, and so from the run.
struct TourFacts {
  let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  var run: Run { state.run }
  var index: RunIndex { state.index }
  var scores: Scores { run.scores }
  var classes: [String] { run.info.data.classes }

  /// How things were when the step began.
  var start: TourStart {
    state.tour.start ?? TourStart(place: state.place, look: state.look)
  }

  // MARK: Sentences

  /// The sentences of a step as they stand now: first what to do, or what was seen.
  func sentences(_ step: TourStep, isDone: Bool) -> [(text: String, isDetail: Bool)] {
    (isDone ? step.after : step.before).compactMap { sentence in
      let template = holds(sentence.condition) ? sentence.text : sentence.otherwise
      return template.flatMap(filled).map { ($0, sentence.isDetail) }
    }
  }

  /// A text with its placeholders filled; nil where one of them is not known yet.
  func filled(_ template: String) -> String? {
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      guard let close = rest[open...].firstIndex(of: "}"),
        let value = value(String(rest[rest.index(after: open)..<close]))
      else { return nil }
      text += value
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }

  /// The placeholders of a text, in order.
  static func placeholders(_ template: String) -> [String] {
    template.split(separator: "{", omittingEmptySubsequences: false).dropFirst()
      .map { String($0.prefix { $0 != "}" }) }
  }

  /// A placeholder's text; nil where nothing is known of it yet.
  func value(_ name: String) -> String? { Self.values[name].flatMap { $0(self) } }

  func holds(_ condition: TourCondition) -> Bool { Self.conditions[condition]?(self) ?? true }
}

/// What may or may not hold of a run, or of what is shown of it.
enum TourCondition: Sendable, CaseIterable {
  case always
  case severalPoolings, onePooling, severalLayers, bothKinds
  case hasModel, canWalkHead
  case layersKnow, layersAreTied, keptChanged
  case beatsBase, hasMistakes, stopsEarly, topIsOneSided, sideHolds
  case hasControl, hasUntrained
}

extension TourFacts {
  static let conditions: [TourCondition: @Sendable (TourFacts) -> Bool] = [
    .severalPoolings: { $0.run.info.settings.poolings.count > 1 },
    .onePooling: { $0.run.info.settings.poolings.count == 1 },
    .severalLayers: { $0.index.layers($0.state.representation) > 1 },
    .bothKinds: { Set($0.run.info.representations.map(\.isHidden)).count > 1 },
    .hasModel: { if case .missing = $0.state.model { false } else { true } },
    .canWalkHead: { facts in
      facts.state.explanation != nil && facts.run.head.neurons.count > 1
    },
    .layersKnow: { facts in
      facts.bestProbe(facts.state.pooling).map {
        $0.validation.low > facts.scores.majority.accuracy
      } ?? false
    },
    .layersAreTied: { !$0.tiedLayers.isEmpty },
    .keptChanged: { $0.kept($0.start.look.eta) != $0.kept($0.state.eta) },
    .beatsBase: { $0.scores.base?.comparison.verdict == .better },
    .hasMistakes: { $0.commonestMistake != nil },
    .stopsEarly: { facts in
      guard let outcome = facts.scores.exitRule.chosenTest,
        let all = facts.scores.exitRule.test.last
      else { return false }
      return outcome.threshold < 1 && outcome.meanBlocks < all.meanBlocks
    },
    .topIsOneSided: { ($0.topClass?.count ?? 0) >= 15 },
    .sideHolds: { facts in
      guard let explanation = facts.state.explanation, let now = facts.adjusted else { return true }
      return (explanation.logit > 0) == (now.logit > 0)
    },
    .hasControl: { $0.control != nil },
    .hasUntrained: { $0.control?.untrained != nil },
  ]
}
