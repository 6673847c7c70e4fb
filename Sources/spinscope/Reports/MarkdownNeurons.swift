import Probing
import Transformers

// Which neurons the head reads, and how far any of this can be trusted.
extension MarkdownReport {
  /// Neurons shown; neurons.csv has all.
  private static let shownNeurons = 25

  /// The head's neurons that move its logits most.
  var neurons: [String] {
    let order = run.neurons.sorted { size($1) < size($0) }
    let outputs = info.data.classes.count == 2 ? [classes[1]] : classes
    let table = MarkdownTable(
      ["neuron"] + outputs.map { "for \($0)" }
        + ["AUC alone", "of its layer, %", "kept in halves, %", "twin dropped", "r length"],
      of: order.prefix(Self.shownNeurons), row: row)
    return [
      "The \(grouped(min(Self.shownNeurons, order.count))) of \(spinscope.neurons(order.count)) that "
        + "move a logit most; weights are per deviation of the neuron, and * marks a suppressor, whose "
        + "weight goes against its class means. \"Of its layer\" is its share of its probe's saliency; \"kept in halves\" is the share of fits on half the "
        + "texts that keep the neuron: where it is low, others could take its place.", "",
    ] + table.lines
  }

  private func row(_ statistics: NeuronStatistics) -> [String] {
    let outputs = info.data.classes.count == 2 ? 1 : info.data.classes.count
    let weights = (0..<outputs).map { k -> String in
      guard let weight = statistics.inHead?.dropFirst(k).first else { return "–" }
      return signed(weight.standardized, 3) + (weight.isSuppressor ? "\\*" : "")
    }
    let probe = statistics.inProbe
    let contrasted = statistics.alone.contrastedClass
    return [statistics.neuron.description] + weights + [
      decimals(statistics.alone.auc, 3)
        + (outputs > 1 && classes.indices.contains(contrasted) ? " (\(classes[contrasted]))" : ""),
      probe.map { percent($0.share) } ?? "–", probe?.stability.map { decimals($0 * 100, 0) } ?? "–",
      probe?.twin.map { "\($0.neuron) (r \(signed($0.correlation)))" } ?? "–",
      signed(statistics.alone.lengthCorrelation),
    ]
  }

  /// How far a neuron moves a logit, as a mean over the training texts.
  private func size(_ statistics: NeuronStatistics) -> Double {
    statistics.inHead?.map(\.meanContribution).max() ?? 0
  }

  /// What a reader must know before believing the rest.
  var limits: [String] {
    let test = scores.test
    let readings = scores.testReadings == 1 ? "once" : "\(grouped(scores.testReadings)) times"
    var facts = [
      "n = \(grouped(test.n)) test texts: accuracies are known to\(plusMinus(test)) points; smaller "
        + "differences need more texts.",
      "This fit read the test texts \(readings); it cannot know how often others did.",
      "The best of \(grouped(info.chosen.tried)) fits on \(run.validationTexts) was taken: its "
        + "validation score is a little too good.",
      "A probe shows what can be read from a layer, not what the model uses.",
    ]
    if info.data.overlap > 0 {
      facts.append(
        "\(grouped(info.data.overlap)) validation and test texts repeat a train text, to the letter or "
          + "nearly: scores look better than they are.")
    }
    if info.data.truncated > 0 {
      facts.append(
        "\(grouped(info.data.truncated)) texts were longer than the model reads, and cut.")
    }
    if let largest, largest.share > 0.6 {
      facts.append(
        "\(percent(largest.share)) % of the test texts are \(largest.name): read macro-F1 and balanced "
          + "accuracy before accuracy.")
    }
    if let stability {
      facts.append(
        "Fits on half the texts keep a neuron of the head \(percent(stability)) % of the time on average."
      )
    }
    if let shortfall = Shortfall(run) { facts.append("\(shortfall.line).") }
    if info.model.shape.hasFinalNorm {
      facts.append(
        "The last hidden state is the one \(info.settings.normsLast == true ? "after" : "before") "
          + "the model's final norm; `hidden_states[-1]` of transformers is the one after it.")
    }
    if info.isHalf { facts.append("Features were kept as F16, to three digits.") }
    return facts.map { "- \($0)" } + [""]
  }

  private var largest: (name: String, share: Double)? {
    let counts = scores.testEvaluation.classes.map(\.n)
    let total = counts.reduce(0, +)
    return zip(classes, counts).max { $0.1 < $1.1 }.map {
      ($0.0, Double($0.1) / Double(max(total, 1)))
    }
  }

  private var stability: Double? {
    let shares = run.neurons.compactMap { $0.inProbe?.stability }
    return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
  }
}
