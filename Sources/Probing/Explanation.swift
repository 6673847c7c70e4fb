import Foundation
public import Tensors
public import Tokenizers
public import Transformers

/// How a text's logit is shared out among its words.
public enum WordAttribution: String, Sendable, Codable {
  /// A mean is the sum of its tokens' shares: exact.
  case share
  /// A maximum belongs to the token that has it: exact.
  case maximum
  /// The logit with the word, less the logit with `[MASK]` in its place: each word tried alone, so
  /// the parts need not sum to the whole.
  case occlusion
}

/// Why a head says what it says of one text.
///
/// For the output explained, `logit = base + Σ contributions`, exactly but for rounding; `residual`
/// says how nearly. Base is the logit of a text with every neuron at its training mean.
/// Source: for a linear model these are the Shapley values, Lundberg & Lee 2017,
/// arXiv:1705.07874, section 4.1.
public struct Explanation: Sendable, Equatable {
  public var text: String
  /// The most probable class, an index into the run's classes.
  public var predicted: Int
  /// Probabilities of all classes, at the head's temperature.
  public var probabilities: [Double]
  /// The class whose log-odds are explained: the second of two, else the predicted one.
  public var explained: Int
  /// Log-odds of `explained` as fitted: before the temperature.
  public var logit: Double
  /// Log-odds of an average training text.
  public var base: Double
  /// One a neuron of the head, in its order: w (x − mean), in units of the logit.
  public var contributions: [Double]
  /// The pooled value of each neuron.
  public var values: [Float]
  public var words: [Word]
  public var attribution: WordAttribution
  /// What each word adds to the logit.
  public var wordContributions: [Double]
  /// What each word adds through each layer: `[layer][word]`, in the order of `Head.layers`; empty
  /// for occlusion, which knows no layers.
  public var wordLayers: [[Double]]
  /// What each word adds through each neuron of the head: `[neuron][word]`; empty for occlusion.
  public var wordNeurons: [[Double]] = []
  /// For each neuron of the head, the word that moves it furthest from its mean; nil for occlusion.
  public var strongestWords: [Int?]
  /// For each neuron of the head that is pooled to its maximum, the word that would have it next; empty
  /// for other poolings.
  public var runnersUp: [RunnerUp?] = []
  /// The most probable class and its probability after each layer, from the early exits.
  public var exits: [Exit]
  public var tokens: Int
  /// Whether the text was longer than the model reads, and was cut.
  public var truncated: Bool

  /// How far ahead a neuron's maximum is: where it is little, another word says the same.
  public struct RunnerUp: Sendable, Equatable {
    /// The word with the largest value of all but the one that has the maximum.
    public var word: Int
    /// By how much the neuron is lower there.
    public var gap: Double
    /// What the logit would lose without the word that has the maximum, all else as it is.
    public var loss: Double
  }

  /// What an early exit says.
  public struct Exit: Sendable, Equatable, Codable {
    public var depth: Int
    public var predicted: Int
    public var probability: Double
  }

  /// |logit − base − Σ contributions|, which only rounding keeps from 0.
  public var residual: Double { abs(logit - base - contributions.reduce(0, +)) }

  /// Contributions summed by layer, in order: their sum is the same.
  ///
  /// The head's `neurons` stand a layer's side by side.
  public func layerContributions(
    _ neurons: [NeuronAddress]
  ) -> [(layer: LayerAddress, sum: Double)] {
    var layers: [(layer: LayerAddress, sum: Double)] = []
    for (neuron, contribution) in zip(neurons, contributions) {
      if layers.last?.layer != neuron.layerAddress { layers.append((neuron.layerAddress, 0)) }
      layers[layers.count - 1].sum += contribution
    }
    return layers
  }
}

/// What a head says of one text.
public struct Prediction: Sendable, Equatable {
  public var text: String
  /// The most probable class, an index into the run's classes.
  public var predicted: Int
  /// Probabilities of all classes, at the temperature of the head that answered.
  public var probabilities: [Double]
  /// The last layer that was read.
  public var exit: Int
  /// Whether the text was longer than the model reads, and was cut.
  public var truncated: Bool
  /// Tokens that were read; with none, as GPT-2 has for an empty text, the rest means nothing.
  public var tokens: Int
}

/// Classifies texts with a run's head, and says why.
public struct Explainer: Sendable {
  public let model: any Transformer
  public let tokenizer: Tokenizer
  private let exits: [Head]
  private let head: Head
  /// The chosen head's.
  private let temperature: Double
  private let sureness: Sureness
  private let last: LastReading

  /// Joins a run with the model that it was fitted on.
  ///
  /// - Throws: `RunError` if the model's sizes are not the run's.
  public init(run: Run, model: any Transformer, tokenizer: Tokenizer) throws(RunError) {
    try run.check(model)
    self.model = model
    self.tokenizer = tokenizer
    exits = run.exits.filter { $0.depth <= run.head.depth }
    head = run.head
    last = LastReading(of: head.neurons)
    temperature = run.scores.temperature.value
    let temperatures = run.scores.exits.map { ($0.depth, $0.temperature.value) }
    sureness = Sureness(
      threshold: run.scores.exitRule.threshold,
      temperatures: Dictionary(temperatures) { first, _ in first })
  }

  /// Classifies texts, each by the first head that is sure enough; no block above it is run.
  ///
  /// Probabilities are those of that head at its temperature.
  public func classifyEarly(
    _ texts: [String], workers: Int = availableWorkers()
  ) -> [Prediction] {
    mapInParallel(count: texts.count, workers: workers) { index in
      let encoding = tokenizer.encode(texts[index], maxLength: model.shape.maxTokens)
      var tap = ExitTap(exits, sureness)
      var workspace = Workspace()
      model.forward(
        Batch([encoding.ids]), blocks: head.blocksNeeded, workspace: &workspace, tap: &tap)
      return Prediction(
        text: texts[index], predicted: mostProbable(tap.probabilities),
        probabilities: tap.probabilities, exit: tap.depth, truncated: encoding.truncated,
        tokens: encoding.count)
    }
  }

  /// How long it takes to have each hidden state of texts that are read one at a time.
  public func timings(_ texts: [String]) -> ExitTimings {
    let encodings = texts.map { tokenizer.encode($0, maxLength: model.shape.maxTokens) }
    var workspace = Workspace()
    let laps = encodings.map { encoding in
      var tap = TimingTap(head.stacks)
      model.forward(
        Batch([encoding.ids]), blocks: head.stacks.allBlocks, workspace: &workspace, tap: &tap)
      return tap.milliseconds
    }
    return ExitTimings(
      texts: texts.count, tokens: encodings.reduce(0) { $0 + $1.count },
      milliseconds: (0...head.stacks.allBlocks).map { layer in
        let sorted = laps.map { $0[layer] }.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
      })
  }

  /// Classifies texts; blocks above the head's depth are not run.
  ///
  /// A text's answer depends on that text alone: texts are not batched with each other.
  public func classify(_ texts: [String], workers: Int = availableWorkers()) -> [Prediction] {
    mapInParallel(count: texts.count, workers: workers) { index in
      let encoding = tokenizer.encode(texts[index], maxLength: model.shape.maxTokens)
      let alone = texts.count == 1 ? workers : 1
      let x = run([encoding.ids], workers: alone).pooled(head.pooling)[0]
      let p = head.fitted.classifier.probabilities(x, temperature: temperature)
      return Prediction(
        text: texts[index], predicted: p.indices.max { p[$0] < p[$1] } ?? 0, probabilities: p,
        exit: head.depth, truncated: encoding.truncated, tokens: encoding.count)
    }
  }

  /// Explains one text.
  public func explain(_ text: String) -> Explanation {
    let encoding = tokenizer.encode(text, maxLength: model.shape.maxTokens)
    let tap = read(encoding.ids)
    let x = tap.pooled(head.pooling)[0]
    let classifier = head.fitted.classifier
    let logits = classifier.logits(x)
    let probabilities = classifier.probabilities(x, temperature: temperature)
    let predicted = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
    let output = logits.count == 1 ? 0 : predicted
    let words = head.words(of: encoding, text)
    let attribution = head.pooling.attribution
    var explanation = Explanation(
      text: text, predicted: predicted, probabilities: probabilities,
      explained: logits.count == 1 ? 1 : predicted, logit: logits[output],
      base: Double(classifier.intercepts[output]),
      contributions: x.indices.map { contribution(output, $0, x[$0]) }, values: x, words: words,
      attribution: attribution, wordContributions: [], wordLayers: [],
      strongestWords: head.neurons.map { _ in nil },
      exits: exits.map { exit(of: $0, x) }, tokens: encoding.count, truncated: encoding.truncated)
    if attribution == .occlusion {
      explanation.wordContributions = occlusion(
        encoding, words, output: output, logit: logits[output])
    } else {
      shareOut(tap, output: output, in: &explanation)
      explanation.wordContributions = words.indices.map { word in
        explanation.wordLayers.reduce(0) { $0 + $1[word] }
      }
    }
    return explanation
  }

  /// w (x − mean) of neuron `j` for one output.
  private func contribution(_ output: Int, _ j: Int, _ x: Float) -> Double {
    let classifier = head.fitted.classifier
    let z = Double((x - classifier.standardizer.mean[j]) / classifier.standardizer.scale[j])
    return Double(classifier.weights[output, j]) * z
  }

  /// Reads one text on all cores, by a causal model only from where it differs from the one before.
  ///
  /// What would be kept of a long text for that is more than it is worth.
  private func read(_ ids: [Int32]) -> NeuronTap {
    guard 1...512 ~= ids.count, let model = model as? any CausalTransformer else {
      return run([ids], workers: availableWorkers())
    }
    return last.read(ids, by: model, blocks: head.blocksNeeded)
  }

  private func run(_ texts: [[Int32]], workers: Int = 1) -> NeuronTap {
    var tap = NeuronTap(head.neurons)
    var workspace = Workspace()
    model.forward(
      Batch(texts), blocks: head.blocksNeeded, workspace: &workspace, workers: workers, tap: &tap)
    return tap
  }

  private func exit(of head: Head, _ x: [Float]) -> Explanation.Exit {
    let p = head.fitted.classifier.probabilities(
      x.prefix(head.neurons.count), temperature: sureness.temperatures[head.depth] ?? 1)
    let predicted = p.indices.max { p[$0] < p[$1] } ?? 0
    return Explanation.Exit(depth: head.depth, predicted: predicted, probability: p[predicted])
  }

  /// Shares every neuron's contribution out to the words, where the pooling does so exactly.
  private func shareOut(_ tap: NeuronTap, output: Int, in explanation: inout Explanation) {
    let words = explanation.words
    let places = Dictionary(uniqueKeysWithValues: head.layers.enumerated().map { ($1, $0) })
    var layers = [[Double]](
      repeating: Array(repeating: 0, count: words.count), count: places.count)
    var neurons = [[Double]](
      repeating: Array(repeating: 0, count: words.count), count: head.neurons.count)
    let standardizer = head.fitted.classifier.standardizer
    if head.pooling == .max { explanation.runnersUp = head.neurons.map { _ in nil } }
    for (j, neuron) in head.neurons.enumerated() {
      let weight =
        Double(head.fitted.classifier.weights[output, j]) / Double(standardizer.scale[j])
      guard weight != 0, let layer = places[neuron.layerAddress] else { continue }
      let shares = shares(tap.tokens(j), mean: standardizer.mean[j])
      let parts = words.map { word in
        weight
          * word.positions(in: neuron.representation.stack, of: shares.count)
          .reduce(0) { $0 + shares[$1] }
      }
      for (w, part) in parts.enumerated() { layers[layer][w] += part }
      neurons[j] = parts
      if head.pooling == .max {
        explanation.runnersUp[j] = runnerUp(tap.tokens(j), words, neuron, weight: weight)
      }
      explanation.strongestWords[j] = parts.indices.max { abs(parts[$0]) < abs(parts[$1]) }
    }
    explanation.wordLayers = layers
    explanation.wordNeurons = neurons
  }

  /// The second of the words by a neuron's largest value in each; nil where there is but one.
  private func runnerUp(
    _ values: [Float], _ words: [Word], _ neuron: NeuronAddress, weight: Double
  ) -> Explanation.RunnerUp? {
    let stack = neuron.representation.stack
    let most = words.indices.compactMap { word -> (word: Int, value: Float)? in
      values[words[word].positions(in: stack, of: values.count)].max().map { (word, $0) }
    }.sorted { ($1.value, $0.word) < ($0.value, $1.word) }
    guard most.count > 1 else { return nil }
    let gap = Double(most[0].value - most[1].value)
    return Explanation.RunnerUp(word: most[1].word, gap: gap, loss: weight * gap)
  }

  /// Each position's part of x − mean.
  private func shares(_ values: [Float], mean: Float) -> [Double] {
    if head.pooling == .mean {
      return values.map { Double($0 - mean) / Double(values.count) }
    }
    var shares = [Double](repeating: 0, count: values.count)
    if let largest = values.max(), let token = values.firstIndex(of: largest) {
      shares[token] = Double(largest - mean)
    }
    return shares
  }

  /// The logit less the logit with a word masked, for each word; template tokens stay.
  private func occlusion(
    _ encoding: Encoding, _ words: [Word], output: Int, logit: Double
  ) -> [Double] {
    guard let mask = tokenizer.maskID ?? tokenizer.unknownID else {
      return words.map { _ in 0 }
    }
    let masked = words.indices.filter { !words[$0].isSpecial }
    var drops = [Double](repeating: 0, count: words.count)
    guard !masked.isEmpty else { return drops }
    let tap = run(
      masked.map { index in
        var ids = encoding.ids
        for t in words[index].tokens { ids[t] = mask }
        return ids
      })
    for (index, x) in zip(masked, tap.pooled(head.pooling)) {
      drops[index] = logit - head.fitted.classifier.logits(x)[output]
    }
    return drops
  }
}

extension Pooling {
  /// How a pooled neuron's contribution goes back to words.
  public var attribution: WordAttribution {
    switch self {
    case .mean: .share
    case .max: .maximum
    case .first, .last: .occlusion
    }
  }
}
