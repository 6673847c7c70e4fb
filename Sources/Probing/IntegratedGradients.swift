import Foundation
public import Tensors
import Tokenizers
import Transformers

/// What each word of a text causes, by integrated gradients.
public struct WordGradients: Sendable, Equatable {
  /// One a word of the text, in units of the logit; 0 for what the model's template added.
  public var contributions: [Double]
  /// Log-odds of the class explained.
  public var logit: Double
  /// The same with every word masked.
  public var masked: Double

  /// What the contributions miss of `logit − masked`, as a share of their sizes' sum: 0 if the
  /// integral is exact.
  ///
  /// Not a share of the difference itself, which may be as good as 0 while words pull both ways.
  public var gap: Double {
    let missed = abs(contributions.reduce(0, +) - (logit - masked))
    let sizes = contributions.reduce(0) { $0 + abs($1) }
    return sizes > 0 ? missed / sizes : 0
  }
}

/// Integrated gradients: how the logit grows on the way from a text of masked words to the text.
///
/// On the straight path h(α) = h' + α (h − h') between their hidden states 0, a word w has the part
///
///     IG_w = ∫₀¹ Σ_{t ∈ w} (h_t − h'_t) · ∂z/∂h_t (h(α)) dα,     Σ_w IG_w = z(h) − z(h').
///
/// It says which word caused the logit through whatever blocks, where the share of a pooled neuron
/// says at which word the neuron fired. The slope along a word is a central difference, so that no
/// model needs a backward pass; the integral is Gauss–Legendre's.
/// Source: Sundararajan, Taly & Yan 2017, arXiv:1703.01365, section 3.
public struct IntegratedGradients: Sendable {
  private let explainer: Explainer
  private let head: Head
  private let quadrature: GaussLegendre

  /// Half the step of the central difference, as a share of the path: its own error is then some
  /// 10⁻⁴ of the slope's, and that of the F32 logits no larger.
  private static let halfStep: Float = 1 / 64
  /// Tokens of one forward pass, about.
  private static let batchTokens = 2_048

  /// Explains by the head of a run, with its model.
  ///
  /// - Parameters:
  ///   - run: whose head made the logit.
  ///   - explainer: of that run.
  ///   - nodes: places on the path at which the slope is taken; at least 1.
  public init(run: Run, _ explainer: Explainer, nodes: Int = 16) {
    self.explainer = explainer
    head = run.head
    quadrature = GaussLegendre(nodes)
  }

  /// The words of a text that caused the logit that `Explainer.explain` explains.
  ///
  /// - Returns: nil if the text has no token, or the tokenizer nothing to mask a word with.
  public func words(of text: String, workers: Int = availableWorkers()) -> WordGradients? {
    let encoding = explainer.tokenizer.encode(
      text, maxLength: explainer.model.shape.maxTokens)
    guard encoding.count > 0,
      let mask = explainer.tokenizer.maskID ?? explainer.tokenizer.unknownID
    else { return nil }
    let words = head.words(of: encoding, text)
    let masked = encoding.ids.indices.map { encoding.isSpecial[$0] ? encoding.ids[$0] : mask }
    let path = Path(ids: encoding.ids, start: embedded(masked), end: embedded(encoding.ids))
    let ends = logits([path.at(1), path.at(0)], ids: encoding.ids)
    let output = ends[0].count == 1 ? 0 : mostProbable(ends[0])
    return WordGradients(
      contributions: integral(path, words, output, workers), logit: ends[0][output],
      masked: ends[1][output])
  }

  /// ∫ of the slope along each word.
  private func integral(
    _ path: Path, _ words: [Word], _ output: Int, _ workers: Int
  ) -> [Double] {
    let moved = words.indices.filter { !words[$0].isSpecial }
    let group = max(1, Self.batchTokens / (2 * path.ids.count))
    let groups = stride(from: 0, to: moved.count, by: group).map {
      moved[$0..<min(moved.count, $0 + group)]
    }
    let jobs = quadrature.nodes.flatMap { node in groups.map { (node: node, words: $0) } }
    let slopes = mapInParallel(count: jobs.count, workers: workers) { job in
      self.slopes(path, at: Float(jobs[job].node), jobs[job].words.map { words[$0].tokens }, output)
    }
    var sums = [Double](repeating: 0, count: words.count)
    for (job, slopes) in zip(jobs, slopes) {
      let weight = quadrature.weight(of: job.node)
      for (word, slope) in zip(job.words, slopes) { sums[word] += weight * slope }
    }
    return sums
  }

  /// The logit's slopes at α along the rows of each of some words.
  private func slopes(
    _ path: Path, at alpha: Float, _ words: [Range<Int>], _ output: Int
  ) -> [Double] {
    let states = words.flatMap { tokens in
      [Self.halfStep, -Self.halfStep].map { path.at(alpha, moving: tokens, by: $0) }
    }
    let logits = logits(states, ids: path.ids).map { $0[output] }
    return words.indices.map {
      (logits[2 * $0] - logits[2 * $0 + 1]) / Double(2 * Self.halfStep)
    }
  }

  /// Hidden state 0 of one text, `(T, C)`.
  private func embedded(_ ids: [Int32]) -> Matrix {
    var recording = Recording()
    var workspace = Workspace()
    explainer.model.forward(Batch([ids]), blocks: 0, workspace: &workspace, tap: &recording)
    return recording.hiddenStates[0]
  }

  /// The head's logits for texts of the same length that start from the given hidden states 0.
  private func logits(_ states: [Matrix], ids: [Int32]) -> [[Double]] {
    var hidden = states[0]
    for state in states.dropFirst() { hidden.append(state) }
    var tap = PathTap(neurons: NeuronTap(head.neurons), hidden: hidden)
    var workspace = Workspace()
    explainer.model.forward(
      Batch(states.map { _ in ids }), from: Entry(block: 0, hidden: hidden),
      blocks: head.blocksNeeded, workspace: &workspace, tap: &tap)
    return tap.neurons.pooled(head.pooling).map { head.fitted.classifier.logits($0) }
  }

  /// The way between two hidden states 0.
  private struct Path {
    let ids: [Int32]
    let start: Matrix
    let end: Matrix

    /// h(α), with the rows `tokens` a little further.
    func at(_ alpha: Float, moving tokens: Range<Int> = 0..<0, by step: Float = 0) -> Matrix {
      var state = start
      for row in 0..<start.rows {
        let share = tokens.contains(row) ? alpha + step : alpha
        for column in 0..<start.columns {
          state[row, column] += share * (end[row, column] - start[row, column])
        }
      }
      return state
    }
  }
}

/// Keeps neurons, and has a decoder read what the encoder does: its embeddings are the encoder's, one
/// behind its start.
private struct PathTap: Tap {
  var neurons: NeuronTap
  /// The encoder's hidden state 0, `(T, C)`.
  let hidden: Matrix

  mutating func patch(_ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch) {
    guard site == Site(.hidden, 0, of: .decoder) else { return }
    for text in 0..<batch.textCount {
      for row in batch.rows(of: text).dropFirst() { values.setRow(row, to: hidden.row(row - 1)) }
    }
  }

  mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
    neurons.record(site, values, rows: rows, of: batch)
  }
}

/// The Gauss–Legendre rule on 0 … 1: exact for polynomials of degree 2 · nodes − 1.
struct GaussLegendre: Sendable {
  /// Rising.
  let nodes: [Double]
  private let weights: [Double]

  /// - Parameter count: of nodes; at least 1.
  init(_ count: Int) {
    precondition(count >= 1, "a rule of \(count) nodes")
    let roots = (0..<count).map { Self.root($0, of: count) }
    nodes = roots.map { (1 - $0.x) / 2 }
    weights = roots.map { 1 / ((1 - $0.x * $0.x) * $0.slope * $0.slope) }
  }

  func weight(of node: Double) -> Double {
    nodes.firstIndex(of: node).map { weights[$0] } ?? 0
  }

  /// A root of the Legendre polynomial of degree n, by Newton from Chebyshev's, and its slope there.
  private static func root(_ place: Int, of n: Int) -> (x: Double, slope: Double) {
    var x = cos(.pi * (Double(place) + 0.75) / (Double(n) + 0.5))
    var slope = 1.0
    for _ in 0..<100 {
      var (previous, value) = (1.0, x)
      for k in stride(from: 2, through: n, by: 1) {
        let k = Double(k)
        (previous, value) = (value, ((2 * k - 1) * x * value - (k - 1) * previous) / k)
      }
      slope = Double(n) * (x * value - previous) / (x * x - 1)
      let step = value / slope
      x -= step
      if abs(step) < 1e-15 { break }
    }
    return (x, slope)
  }
}
