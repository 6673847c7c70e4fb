import Probing
import Terminal

/// What is shown of a neuron.
struct NeuronState: Sendable, Equatable, Codable {
  /// What takes a silenced neuron's place.
  enum Substitute: String, Sendable, Codable, CaseIterable {
    // The mean first: it needs one pass a text, and changes as little as a value can.
    case mean, zero, draws, half

    var replacement: Replacement {
      switch self {
      case .mean: .mean
      case .zero: .zero
      case .draws: .resample(draws: 10)
      case .half: .scale(0.5)
      }
    }

    var words: String {
      switch self {
      case .mean: "its mean"
      case .zero: "0"
      case .draws: "10 draws"
      case .half: "half of it"
      }
    }
  }

  var sample = 0
  var substitute = Substitute.mean

  var texts: NeuronTexts.Sample {
    NeuronTexts.Sample.allCases[sample % NeuronTexts.Sample.allCases.count]
  }
}

/// Everything that is known of the neuron under the cursor: weights, what it tells alone, the texts
/// that drive it and where in them it fires, and what happens without it.
struct NeuronView: ScreenView {
  let state: ExplorerState

  private var theme: Theme { state.theme }
  private var look: NeuronState { state.look.views.neuron }

  /// Validation texts that are read for their words.
  private static let shownTexts = 40

  // MARK: What must be known

  static func needs(_ state: ExplorerState) -> [EngineRequest] {
    let (neuron, pooling) = (state.address, state.pooling)
    guard let evidence = Self.evidence(state) else { return [.neuron(neuron, pooling)] }
    var needs: [EngineRequest] = state.predictions == nil ? [.predictions] : []
    guard state.model == .ready else { return needs }
    let places = Self.places(state, evidence)
    if state.traces.map({
      $0.neuron != neuron || $0.pooling != pooling || Set($0.byPlace.keys) != Set(places)
    }) ?? true {
      needs.append(.traces(neuron, pooling, places))
    }
    if silenced(state) == nil {
      needs.append(
        .silence(neuron, state.look.views.neuron.substitute.replacement, state.sentence.text))
    }
    return needs
  }

  /// What was read of the features, if it is of this neuron.
  private static func evidence(_ state: ExplorerState) -> NeuronEvidence? {
    state.evidence.flatMap {
      $0.neuron == state.address && $0.pooling == state.pooling ? $0 : nil
    }
  }

  private static func silenced(_ state: ExplorerState) -> Silenced? {
    state.silenced.flatMap {
      $0.neuron == state.address && $0.sentence == state.sentence.text
        && $0.replacement == state.look.views.neuron.substitute.replacement ? $0 : nil
    }
  }

  /// The texts that are listed: of the validation split, which the weights have not seen.
  private static func places(_ state: ExplorerState, _ evidence: NeuronEvidence) -> [Int] {
    NeuronTexts(evidence.values, among: state.run.places(of: .validation))
      .places(state.look.views.neuron.texts, count: shownTexts)
  }

  private var evidence: NeuronEvidence? { Self.evidence(state) }

  // MARK: Drawing

  func draw(into frame: inout ExplorerFrame, _ area: Rect) {
    if area.width >= 100 {
      let (top, texts) = area.splitTop(min(facts.count + 2, area.height / 2 + 2))
      let (left, right) = top.splitLeft(area.width * 3 / 5)
      drawFacts(&frame.canvas, left)
      drawHistogram(&frame.canvas, right)
      drawTexts(into: &frame, texts)
    } else if area.height < 10 {
      drawFacts(&frame.canvas, area)
    } else {
      let (top, texts) = area.splitTop(area.height * 3 / 5)
      drawFacts(&frame.canvas, top)
      drawTexts(into: &frame, texts)
    }
  }

  private func drawFacts(_ canvas: inout Canvas, _ area: Rect) {
    let inner = canvas.box(
      area, title: "Neuron \(state.address)", number: Tab.neuron.number,
      subtitle: "\(state.representation.plural), \(state.pooling.rawValue)",
      trailing: state.rank.map { "\($0 + 1)/\(grouped(state.ranked?.neurons.count ?? 0))" },
      theme: theme, focused: true
    ).insetBy(dx: 1, dy: 0)
    let names = inner.width < 60 ? 11 : 15
    for (row, fact) in facts.prefix(inner.height).enumerated() {
      canvas.write(
        clipped(fact.name, to: names), x: inner.x, y: inner.y + row, style: theme["text.dim"])
      canvas.write(
        clipped(fact.value, to: inner.width - names), x: inner.x + names, y: inner.y + row,
        style: theme["text"])
    }
  }

  // MARK: Facts

  private var facts: [(name: String, value: String)] {
    weightFacts + silencedFacts + aloneFacts + stabilityFacts
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
    guard let silenced = Self.silenced(state) else {
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
          + "\(signed(-indirect, 3)), by \(look.substitute.words)"
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
    guard let evidence else {
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

  // MARK: Histogram

  /// The classes one below the other, each bar a share of the class's texts.
  private func drawHistogram(_ canvas: inout Canvas, _ area: Rect) {
    let classes = state.run.info.data.classes.count
    let inner = canvas.box(
      area, title: "Values by class", subtitle: "validation", theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard let evidence, inner.height >= 3, inner.width >= 16 else { return }
    let texts = NeuronTexts(evidence.values, among: state.run.places(of: .validation))
    let (axis, plot) = inner.splitBottom(1)
    let names = min(10, inner.width / 3)
    let bins = inner.width - names - 1
    let labels = state.run.labels
    let counts = texts.histogram(bins: bins, labels: labels, classes: classes)
    let shares = counts.map { row in
      row.map { Double($0) / Double(max(1, row.reduce(0, +))) }
    }
    let top = shares.joined().max() ?? 0
    let height = max(1, plot.height / classes)
    for k in 0..<min(classes, plot.height / height) {
      let y = plot.y + k * height
      canvas.write(
        clipped(state.index.label(k), to: names), x: plot.x, y: y + height - 1,
        style: theme["axis.label"])
      drawBars(
        &canvas, Rect(x: plot.x + names + 1, y: y, width: bins, height: height), shares[k],
        top: top, style: theme[k == evidence.profile.contrastedClass ? "bar.best" : "bar"])
    }
    guard let low = texts.order.last, let high = texts.order.first else { return }
    let right = signed(Double(evidence.values[high]))
    let x = axis.x + names + 1
    canvas.write(signed(Double(evidence.values[low])), x: x, y: axis.y, style: theme["axis.label"])
    canvas.write(right, x: axis.maxX - width(right), y: axis.y, style: theme["axis.label"])
  }

  private func drawBars(
    _ canvas: inout Canvas, _ area: Rect, _ values: [Double], top: Double, style: Style
  ) {
    for row in 0..<area.height {
      let floor = Double(area.height - 1 - row) / Double(area.height) * top
      let line = sparkline(
        values.map { $0 > floor ? $0 - floor : .nan }, width: area.width,
        range: 0...max(top / Double(area.height), 1e-12), glyphs: theme.glyphs)
      canvas.write(line, x: area.x, y: area.y + row, style: style)
    }
  }

  // MARK: Texts

  private func drawTexts(into frame: inout ExplorerFrame, _ area: Rect) {
    let places = evidence.map { Self.places(state, $0) } ?? []
    let balance = evidence.map { evidence in
      NeuronTexts(evidence.values, among: state.run.places(of: .validation))
        .balance(
          ofTop: 20, labels: state.run.labels, classes: state.run.info.data.classes.count
        ).enumerated().map { "\($1) \(state.index.label($0))" }.joined(separator: ", ")
    }
    let inner = frame.canvas.box(
      area, title: "Texts: \(look.texts.rawValue)",
      subtitle: balance.map { "the 20 highest: \($0)" }, trailing: "validation", theme: theme
    ).insetBy(dx: 1, dy: 0)
    for (line, place) in places.prefix(inner.height).enumerated() {
      let row = Rect(x: inner.x, y: inner.y + line, width: inner.width, height: 1)
      drawText(&frame.canvas, place, row)
      frame.onClick(row, .say(state.run.texts[place].text))
    }
    if places.isEmpty {
      frame.canvas.write(
        clipped(state.questions.status(of: .neuron) ?? "…", to: inner.width), x: inner.x,
        y: inner.y, style: theme["text.dim"])
    }
  }

  /// Value, right or wrong, label, and the words: bold where it fires, underlined where it is
  /// as far below 0.
  private func drawText(_ canvas: inout Canvas, _ place: Int, _ row: Rect) {
    guard let evidence else { return }
    let text = state.run.texts[place]
    let isRight = state.predictions?.rows[place].isRight ?? true
    let cross = theme.glyphs == .ascii ? "x" : "✗"
    let head =
      "\(padded(signed(Double(evidence.values[place])), to: 6, alignment: .right)) "
      + "\(isRight ? " " : cross) \(padded(shown(text.label), to: 9)) "
    var x = row.x + canvas.write(head, x: row.x, y: row.y, style: theme[isRight ? "text" : "warn"])
    guard let trace = state.traces, trace.neuron == state.address,
      let words = trace.byPlace[place]
    else {
      canvas.write(
        clipped(shown(text.text), to: max(0, row.maxX - x)), x: x, y: row.y,
        style: theme["text.dim"])
      return
    }
    let limit = words.wordValues.reduce(0) { max($0, abs($1)) }
    for (word, value) in zip(words.words, words.wordValues) {
      let written = sanitized(word.text)
      guard x + width(written) <= row.maxX else { break }
      x += canvas.write(written, x: x, y: row.y, style: style(value, limit)) + 1
    }
  }

  private func style(_ value: Float, _ limit: Float) -> Style {
    let share = limit > 0 ? value / limit : 0
    guard abs(share) >= 0.3 else { return theme["text.dim"] }
    var style = theme["input"].adding(theme[share < 0 ? "token.negative" : "token.positive"])
    style.bold = share > 0.6
    style.underline = share < 0
    return style
  }

  // MARK: In words

  var meaning: String {
    "Silenced: its token values are replaced and the layers above run again. Direct is through the head's "
      + "weight of it, indirect through what later layers make of it; minus means that the neuron helped. "
      + "Words in colour are where it fires, which need not be why. AUC 0.5 tells nothing."
  }

  var summary: String {
    "Neuron \(state.address). " + facts.map { "\($0.name): \($0.value)" }.joined(separator: ". ")
  }

  var table: DataTable {
    DataTable(
      name: "neuron-\(state.address)", columns: ["id", "split", "label", "value", "text"],
      rows: (evidence?.values ?? []).enumerated().map { place, value in
        let text = state.run.texts[place]
        return ["\(text.id)", text.split.rawValue, text.label, "\(value)", text.text]
      })
  }

  // MARK: Keys

  /// Up and down the ranking of its layer; to the side lie the other layers.
  static func filtered(_ state: ExplorerState) -> (kept: Int, all: Int)? {
    LayerView.filtered(state)
  }

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    switch action {
    case .moveRow, .moveColumn, .first, .last: return LayerView.update(&state, action)
    case .nextSample: state.look.views.neuron.sample += 1
    case .nextReplacement:
      let all = NeuronState.Substitute.allCases
      let here = all.firstIndex(of: state.look.views.neuron.substitute) ?? 0
      state.look.views.neuron.substitute = all[(here + 1) % all.count]
    case .open: return open(&state)
    default: return nil
    }
    return []
  }

  /// The first of the listed texts as the sentence.
  private static func open(_ state: inout ExplorerState) -> [ExplorerEffect] {
    guard let place = evidence(state).flatMap({ places(state, $0).first }) else { return [] }
    state.place.text = place
    state.look.sentence = TextField(state.run.texts[place].text)
    state.show(.sentence)
    return []
  }
}
