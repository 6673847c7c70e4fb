import Foundation
import Tensors

/// What silencing some neurons does to what a head says of one text.
///
/// The neurons' token values are replaced and then pooled, so that both effects are of the same
/// change of the head's inputs, x → x′:
///
///     direct    Σ over the silenced of w (x − x′)     through the head's own weights of them
///     indirect  Σ over the others of w (x − x′)       through what the layers above make of it
///     total     z(x) − z(x′) = direct + indirect
///
/// Positive is what the neurons add to the logit. Neurons of the last layer that the head reads
/// have no indirect effect. The total of a group is not the sum of its members'.
/// Source: Vig et al. 2020, arXiv:2004.12265, section 3, for direct and indirect effects.
public struct SilencingEffect: Sendable, Equatable {
  /// The K' logits of the text as it is.
  public var before: [Double]
  public var direct: [Double]
  public var indirect: [Double]
  /// How much of each head neuron's contribution goes, `[output][neuron]`.
  ///
  /// Neurons stand in the head's order; those of silenced ones sum to `direct`, the others to
  /// `indirect`.
  public var parts: [[Double]]

  /// - Parameters:
  ///   - head: what reads the neurons.
  ///   - x: the pooled values of its neurons, as they are.
  ///   - changed: the same with some neurons silenced, once a draw; the mean over the draws counts,
  ///     which for a linear head is the mean of what each draw does.
  ///   - silenced: which neurons of the head are silenced.
  init(_ head: Head, _ x: [Float], changed: [[Float]], silenced: Set<NeuronAddress>) {
    // In double precision the mean of equal values is that value.
    let mean = x.indices.map { j in
      Float(changed.reduce(0.0) { $0 + Double($1[j]) } / Double(changed.count))
    }
    let classifier = head.fitted.classifier
    let parts = (0..<classifier.weights.rows).map {
      classifier.contributions(output: $0, x, against: mean)
    }
    func sum(_ isSilenced: Bool) -> [Double] {
      parts.map { part in
        zip(head.neurons, part).reduce(0) { sum, neuron in
          silenced.contains(neuron.0) == isSilenced ? sum + neuron.1 : sum
        }
      }
    }
    before = classifier.logits(x)
    self.parts = parts
    direct = sum(true)
    indirect = sum(false)
  }

  /// direct + indirect.
  public var total: [Double] { zip(direct, indirect).map { $0 + $1 } }
  /// The logits with the neurons silenced.
  public var after: [Double] { zip(before, total).map { $0 - $1 } }

  /// total(S) − Σ total(i): what neurons that were silenced together do beyond what each does
  /// alone.
  public func interaction(beyond alone: [SilencingEffect]) -> [Double] {
    total.indices.map { k in total[k] - alone.reduce(0) { $0 + $1.total[k] } }
  }
}

/// What silencing some neurons does to a head on labelled texts.
public struct SilencingOutcome: Sendable, Equatable {
  /// The mean change of the true class's log-odds, with the interval of the bootstrap: negative
  /// where the neurons help.
  public var logitChange: Estimate
  public var before: Score
  public var after: Score
  /// The silenced head against the whole one.
  public var comparison: PairedComparison
  /// Places of the texts whose answer changes.
  public var flips: [Int]

  /// Flips from right to wrong, and from wrong to right.
  public var spoiled: Int { comparison.mcNemar.onlySecond }
  public var mended: Int { comparison.mcNemar.onlyFirst }

  /// Compares the logits of labelled texts, of which there is at least one, `[text][output]`.
  init(
    before: [[Double]], after: [[Double]], truth: [Int], scheme: ClassScheme,
    bootstrap: Bootstrap = Bootstrap(), workers: Int = availableWorkers()
  ) {
    func answers(_ logits: [[Double]]) -> [Int] {
      logits.map { mostProbable(LinearClassifier.probabilities(logits: $0, scheme: scheme)) }
    }
    let (whole, silenced) = (answers(before), answers(after))
    let changes = truth.indices.map {
      Self.logit(of: truth[$0], after[$0]) - Self.logit(of: truth[$0], before[$0])
    }
    let mean = bootstrap.estimates(strata: truth, workers: workers) { weights in
      [weights.indices.reduce(0.0) { $0 + Double(weights[$1]) * changes[$1] } / Double(truth.count)]
    }
    logitChange = mean[0] ?? Estimate(0, low: 0, high: 0)
    self.before = Score(whole, truth: truth)
    self.after = Score(silenced, truth: truth)
    comparison = PairedComparison(
      silenced, whole, truth: truth, bootstrap: bootstrap, workers: workers)
    flips = truth.indices.filter { whole[$0] != silenced[$0] }
  }

  /// The log-odds of a class: of two, the first has those of the second with the other sign.
  private static func logit(of label: Int, _ logits: [Double]) -> Double {
    logits.count > 1 ? logits[label] : label == 1 ? logits[0] : -logits[0]
  }
}
