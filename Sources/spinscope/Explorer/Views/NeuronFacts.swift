import Probing

/// What is known of the neuron under the cursor, a name and a line each.
struct NeuronFacts {
  let state: ExplorerState

  var all: [(name: String, value: String)] {
    weightFacts + elsewhereFacts + silencedFacts + aloneFacts + stabilityFacts
  }

  /// The same neuron on another run's texts.
  private var elsewhereFacts: [(name: String, value: String)] {
    guard state.look.views.neuron.isElsewhere, let path = state.look.views.run.against else {
      return []
    }
    guard let elsewhere = NeuronView.elsewhere(state) else {
      return [
        (
          "elsewhere",
          state.questions.status(of: .elsewhere, waiting: "reading \(shown(path)) …") ?? "…"
        )
      ]
    }
    return [("in \(shown(elsewhere.name))", elsewhere.fact)]
  }

  private var weightFacts: [(name: String, value: String)] {
    var facts: [(String, String)] = []
    if let rank = state.rank, let neuron = state.ranked?.neurons[rank] {
      facts.append(
        (
          "probe",
          "\(signed(Double(neuron.weight), 3)) \(state.index.side(neuron)), raw "
            + "\(signed(Double(neuron.rawWeight), 2)) · \(percent(neuron.share)) % of saliency, "
            + (rank < state.keptHere ? "kept" : "not kept")
        ))
    } else {
      facts.append(("probe", "weight 0: the probe of its layer does not use it"))
    }
    guard let weights = statistics?.inHead,
      let output = weights.indices.max(by: {
        abs(weights[$0].standardized) < abs(weights[$1].standardized)
      })
    else { return facts + [("head", "does not read it")] }
    let weight = weights[output]
    let side = weights.count == 1 ? "" : " of \(state.index.label(output))"
    facts.append(
      (
        "head",
        "\(signed(weight.standardized, 3))\(side) · moves the logit by "
          + "\(decimals(weight.meanContribution, 3)) · \(percent(weight.varianceShare)) % of variance"
          + (weight.isSuppressor ? " · a suppressor" : "")
      ))
    return facts
  }

  private var silencedFacts: [(name: String, value: String)] {
    guard let silenced = NeuronView.silenced(state) else {
      let status = state.questions.status(of: .silence)
      return [("silenced", status ?? (state.model == .ready ? "…" : "needs the model"))]
    }
    let output = silenced.effect.total.count == 1 ? 0 : state.explanation?.explained ?? 0
    let (direct, indirect) = (silenced.effect.direct[output], silenced.effect.indirect[output])
    let outcome = silenced.outcome
    let change = outcome.comparison.accuracyDifference
    return [
      (
        "silenced",
        "\(signed(-direct - indirect, 3)) logit = direct \(signed(-direct, 3)) + indirect "
          + "\(signed(-indirect, 3)), by \(state.look.views.neuron.substitute.words)"
      ),
      (
        "on validation",
        "\(signed(change.value * 100, 1)) points [\(signed(change.low * 100, 1)), "
          + "\(signed(change.high * 100, 1))], \(outcome.flips.count) flips, true logit "
          + "\(signed(outcome.logitChange.value, 3))"
      ),
    ]
  }

  private var aloneFacts: [(name: String, value: String)] {
    guard let evidence = NeuronView.evidence(state) else {
      return [("alone", state.questions.status(of: .neuron) ?? "asking …")]
    }
    let alone = evidence.profile
    let detector = evidence.detector
    let means = alone.classMeans.enumerated().map { k, mean in
      "\(state.index.label(k)) \(signed(mean, 2)) ± \(decimals(alone.classDeviations[k], 2))"
    }
    return [
      (
        "alone",
        "AUC \(decimals(alone.auc, 3)) for \(state.index.label(alone.contrastedClass)) · d "
          + "\(signed(alone.cohensD)) · r with length \(signed(alone.lengthCorrelation))"
      ),
      ("class means", means.joined(separator: " · ")),
      (
        "as a detector",
        "\(detector.isAbove ? "≥" : "≤") \(signed(Double(detector.threshold))): precision "
          + "\(percent(detector.precision.accuracy))\(plusMinus(detector.precision)), recall "
          + "\(percent(detector.recall.accuracy)), \(detector.falsePositives.count) false"
      ),
      (
        "twins",
        evidence.twins.prefix(3).map { "\($0.neuron) r \(signed($0.correlation))" }
          .joined(separator: " · ")
      ),
    ]
  }

  private var stabilityFacts: [(name: String, value: String)] {
    guard let known = statistics?.inProbe else { return [] }
    var facts: [(String, String)] = []
    if let stability = known.stability {
      facts.append(("stability", "\(percent(stability)) % of fits on half the texts keep it"))
    }
    if let twin = known.twin {
      facts.append(("not kept twin", "\(twin.neuron), r \(signed(twin.correlation))"))
    }
    return facts
  }

  /// What the fit measured of it; nil for neurons that the head does not read.
  private var statistics: NeuronStatistics? {
    state.run.neurons.first { $0.neuron == state.address }
  }
}
