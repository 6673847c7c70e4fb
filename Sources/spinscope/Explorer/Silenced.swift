import Probing

/// What happens without some neurons: to a sentence, and to the validation texts.
struct Silenced: Sendable, Equatable {
  /// Silenced all at once.
  var neurons: [NeuronAddress]
  var replacement: Replacement
  var sentence: String
  var effect: SilencingEffect
  var outcome: SilencingOutcome
  /// Tokens that the replacement was made of.
  var sampled: Int

  /// Silences the neurons in the sentence and in every validation text.
  ///
  /// - Returns: nil if `progress` stopped the work.
  init?(
    _ neurons: [NeuronAddress], _ replacement: Replacement, _ sentence: String, _ run: Run,
    _ silencer: Silencer, _ progress: (WorkProgress) -> Bool
  ) {
    guard let sample = silencer.sample(neurons, progress: progress),
      let outcome = silencer.outcome(
        of: sample, by: replacement, in: run.heldTexts, progress: progress)
    else { return nil }
    self.neurons = neurons
    self.replacement = replacement
    self.sentence = sentence
    self.outcome = outcome
    effect = silencer.effect(of: sample, by: replacement, in: sentence)
    sampled = sample.tokenCount
  }
}

/// What silencing single neurons does to the validation texts, of those that were measured.
struct NeuronEffects: Sendable, Equatable {
  var replacement: Replacement
  var outcomes: [NeuronAddress: SilencingOutcome] = [:]

  /// Neurons that are measured at once: what is there when the work is stopped stays.
  static let batch = 12

  /// Nothing is known yet.
  init(_ replacement: Replacement) { self.replacement = replacement }

  /// Silences each neuron alone in every validation text.
  ///
  /// - Returns: nil if `progress` stopped the work.
  init?(
    _ neurons: [NeuronAddress], _ replacement: Replacement, _ run: Run, _ silencer: Silencer,
    _ progress: (WorkProgress) -> Bool
  ) {
    guard let sample = silencer.sample(neurons, progress: progress),
      let found = silencer.outcomes(
        ofEach: sample, by: replacement, in: run.heldTexts, progress: progress)
    else { return nil }
    self.replacement = replacement
    outcomes = Dictionary(zip(neurons, found)) { first, _ in first }
  }

  /// With those that were measured later.
  func joined(with others: NeuronEffects) -> NeuronEffects {
    guard others.replacement == replacement else { return others }
    var all = self
    all.outcomes.merge(others.outcomes) { _, new in new }
    return all
  }
}

extension Run {
  /// The validation texts, with the class of each.
  fileprivate var heldTexts: [(text: String, label: Int)] {
    let labels = labels
    return places(of: .validation).map { (text: texts[$0].text, label: labels[$0]) }
  }
}
