public import Tensors
import Tokenizers
import Transformers

/// Silences neurons of a run's model and watches what its head makes of that.
public struct Silencer: Sendable {
  private let model: any Transformer
  private let tokenizer: Tokenizer
  private let head: Head
  private let train: [(text: String, label: Int)]

  /// Training texts at most of which replacements are made.
  public static let sampleSize = 512

  /// Silences neurons in the model of a run's explainer.
  public init(run: Run, _ explainer: Explainer) {
    model = explainer.model
    tokenizer = explainer.tokenizer
    head = run.head
    train = zip(run.texts, run.labels).filter { $0.0.split == .train }.map { ($0.0.text, $0.1) }
  }

  /// Reads the token values of some neurons in a seeded sample of the training texts.
  ///
  /// - Parameters:
  ///   - neurons: what will be silenced, each once.
  ///   - workers: threads at most; the result does not depend on them.
  ///   - progress: called after every text; return `false` to stop.
  /// - Returns: nil if `progress` stopped the work.
  public func sample(
    _ neurons: [NeuronAddress], workers: Int = availableWorkers(),
    progress: (WorkProgress) -> Bool = { _ in true }
  ) -> TokenSample? {
    precondition(Set(neurons).count == neurons.count, "a neuron stands twice in \(neurons)")
    var generator = SplitMix64(seed: 42)
    let texts = train.shuffled(using: &generator).prefix(Self.sampleSize)
    let blocks = neurons.map { stacks.blocksNeeded($0.layerAddress) }.max() ?? 0
    let values = forEach(texts.map(\.text), "sampling", workers, progress) { batch, workspace in
      var tap = NeuronTap(neurons)
      model.forward(batch, blocks: blocks, workspace: &workspace, tap: &tap)
      return neurons.map { tap.tokens(of: $0) }
    }
    return values.map { TokenSample(neurons, values: $0, labels: texts.map(\.label)) }
  }

  /// What silencing the sample's neurons does to one text.
  public func effect(
    of sample: TokenSample, by replacement: Replacement, in text: String
  ) -> SilencingEffect {
    var workspace = Workspace()
    return effect(of: sample, by: replacement, in: batch(text), &workspace)
  }

  /// What silencing the sample's neurons does to labelled texts, of which there is at least one.
  ///
  /// - Parameters:
  ///   - sample: of the neurons to silence.
  ///   - replacement: what takes the place of their values; of several draws, the mean counts.
  ///   - texts: with the class of each.
  ///   - workers: threads at most; the result does not depend on them.
  ///   - progress: called after every text; return `false` to stop.
  /// - Returns: nil if `progress` stopped the work.
  public func outcome(
    of sample: TokenSample, by replacement: Replacement, in texts: [(text: String, label: Int)],
    workers: Int = availableWorkers(), progress: (WorkProgress) -> Bool = { _ in true }
  ) -> SilencingOutcome? {
    let effects = forEach(texts.map(\.text), "silencing", workers, progress) { batch, workspace in
      let effect = effect(of: sample, by: replacement, in: batch, &workspace)
      return (before: effect.before, after: effect.after)
    }
    return effects.map { effects in
      SilencingOutcome(
        before: effects.map(\.before), after: effects.map(\.after), truth: texts.map(\.label),
        scheme: head.fitted.classifier.scheme, workers: workers)
    }
  }

  /// What silencing each neuron of a sample alone does to labelled texts, in the sample's order: the
  /// same as `outcome` of each, but a text is read as it is once for all of them.
  public func outcomes(
    ofEach sample: TokenSample, by replacement: Replacement, in texts: [(text: String, label: Int)],
    workers: Int = availableWorkers(), progress: (WorkProgress) -> Bool = { _ in true }
  ) -> [SilencingOutcome]? {
    let alone = sample.neurons.indices.map { sample.selecting($0) }
    let effects = forEach(texts.map(\.text), "silencing", workers, progress) { batch, workspace in
      let whole = reading(of: sample.neurons, in: batch, &workspace)
      return alone.enumerated().map { place, sample in
        let own = [whole.own[place]]
        let effect = effect(of: sample, by: replacement, in: batch, whole, own, &workspace)
        return (before: effect.before, after: effect.after)
      }
    }
    return effects.map { effects in
      alone.indices.map { place in
        SilencingOutcome(
          before: effects.map { $0[place].before }, after: effects.map { $0[place].after },
          truth: texts.map(\.label), scheme: head.fitted.classifier.scheme, workers: workers)
      }
    }
  }

  private var stacks: Stacks { model.shape.stacks(readingDecoder: true) }

  private func batch(_ text: String) -> Batch {
    Batch([tokenizer.encode(text, maxLength: model.shape.maxTokens).ids])
  }

  /// One result a text, in order; nil if `progress` stopped the work.
  private func forEach<Result: Sendable>(
    _ texts: [String], _ phase: String, _ workers: Int, _ progress: (WorkProgress) -> Bool,
    _ work: @Sendable (Batch, inout Workspace) -> Result
  ) -> [Result]? {
    var results = [Result?](repeating: nil, count: texts.count)
    var done = 0
    var stopped = !progress(WorkProgress(phase, done: 0, total: texts.count))
    forEachInParallel(
      count: stopped ? 0 : texts.count, workers: workers, makeScratch: { Workspace() },
      work: { index, workspace in work(batch(texts[index]), &workspace) },
      consume: { index, result in
        results[index] = result
        done += 1
        stopped = !progress(WorkProgress(phase, done: done, total: texts.count))
        return !stopped
      })
    return stopped ? nil : results.compactMap { $0 }
  }

  /// Reads the text once as it is, and from the first silenced layer on once more a draw.
  private func effect(
    of sample: TokenSample, by replacement: Replacement, in batch: Batch,
    _ workspace: inout Workspace
  ) -> SilencingEffect {
    let whole = reading(of: sample.neurons, in: batch, &workspace)
    return effect(of: sample, by: replacement, in: batch, whole, whole.own, &workspace)
  }

  /// A text as it is.
  private struct Reading {
    /// What the head reads.
    var x: [Float]
    /// The token values of the neurons that will be silenced.
    var own: [[Float]]
    /// What enters the lowest of their layers.
    var entry: Entry
  }

  private func reading(
    of neurons: [NeuronAddress], in batch: Batch, _ workspace: inout Workspace
  ) -> Reading {
    // A decoder is read from its start, after all of the encoder.
    let first =
      neurons.map { $0.representation.isDecoder ? stacks.blocks : $0.layer }.min() ?? 0
    let deepest = neurons.map { stacks.blocksNeeded($0.layerAddress) }.max() ?? 0
    var tap = EntryTap(
      NeuronTap(head.neurons + Set(neurons).subtracting(head.neurons)), keepingHidden: first)
    model.forward(
      batch, blocks: max(head.blocksNeeded, deepest), workspace: &workspace, tap: &tap)
    return Reading(
      x: tap.neurons.pooled(head.pooling, first: head.neurons.count)[0],
      own: neurons.map { tap.neurons.tokens(of: $0) },
      entry: Entry(block: first, hidden: tap.hidden))
  }

  /// Reads a text that was read as it is from there on once more a draw.
  private func effect(
    of sample: TokenSample, by replacement: Replacement, in batch: Batch, _ whole: Reading,
    _ own: [[Float]], _ workspace: inout Workspace
  ) -> SilencingEffect {
    let changed = (0..<replacement.draws).map { draw in
      let held = sample.replacing(own, by: replacement, draw: draw, in: batch)
      var tap = HoldingTap(sample.neurons, held, NeuronTap(head.neurons))
      model.forward(
        batch, from: whole.entry, blocks: head.blocksNeeded, workspace: &workspace, tap: &tap)
      // Layers below the entry were not read again, and stay as they were.
      return whole.x.indices.map { j in
        let tokens = tap.neurons.tokens(j)
        return tokens.isEmpty ? whole.x[j] : head.pooling.pool(tokens[...])
      }
    }
    return SilencingEffect(head, whole.x, changed: changed, silenced: Set(sample.neurons))
  }
}

/// Keeps some neurons, and the hidden state from which a second pass can start.
private struct EntryTap: Tap {
  var neurons: NeuronTap
  /// `(T, C)`.
  private(set) var hidden = Matrix(rows: 0, columns: 0)
  private let layer: Int

  init(_ neurons: NeuronTap, keepingHidden layer: Int) {
    self.neurons = neurons
    self.layer = layer
  }

  mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
    if site == Site(.hidden, layer) { hidden = values }
    neurons.record(site, values, rows: rows, of: batch)
  }
}

/// Holds neurons at given token values, and keeps what others come to be.
private struct HoldingTap: Tap {
  var neurons: NeuronTap
  private var held: [Site: [(index: Int, values: [Float])]] = [:]

  init(_ silenced: [NeuronAddress], _ values: [[Float]], _ neurons: NeuronTap) {
    self.neurons = neurons
    for (neuron, values) in zip(silenced, values) {
      held[neuron.site, default: []].append((neuron.index, values))
    }
  }

  mutating func patch(_ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch) {
    for (index, tokens) in held[site] ?? [] {
      for (row, token) in rows.enumerated() { values[row, index] = tokens[token] }
    }
  }

  mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
    neurons.record(site, values, rows: rows, of: batch)
  }
}

extension NeuronAddress {
  /// Where in a model it stands.
  var site: Site {
    Site(representation.isHidden ? .hidden : .activation, layer, of: representation.stack)
  }
}
