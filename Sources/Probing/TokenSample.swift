import Tensors
import Transformers

/// What takes the place of silenced neurons' values at the tokens of a text.
///
/// None is neutral, and they disagree: zero is no rest for most non-linearities, a mean is a value
/// that no text may have, and drawn values undo what the neurons of a text have in common.
public enum Replacement: Sendable, Hashable {
  /// 0 at every token.
  case zero
  /// The mean over the tokens of training texts.
  case mean
  /// The mean over the tokens of the training texts of one class.
  case classMean(Int)
  /// What the neurons were at tokens of another training text, drawn with replacement, this often;
  /// of several neurons the values of one token stay together.
  case resample(draws: Int)
  /// The text's own values times a factor.
  case scale(Double)

  /// How often a text is read again.
  var draws: Int { if case .resample(let draws) = self { draws } else { 1 } }
}

/// The token values of some neurons in a sample of training texts: what replacements are made of.
public struct TokenSample: Sendable {
  public let neurons: [NeuronAddress]
  /// Token values of each text: `[text][neuron][token]`; texts without tokens are left out.
  private let values: [[[Float]]]
  /// The class of each of these texts.
  private let labels: [Int]

  /// Keeps values with the classes of their texts.
  init(_ neurons: [NeuronAddress], values: [[[Float]]], labels: [Int]) {
    precondition(values.count == labels.count, "\(labels.count) labels for \(values.count) texts")
    self.neurons = neurons
    let texts = values.indices.filter { values[$0].first?.isEmpty == false }
    self.values = texts.map { values[$0] }
    self.labels = texts.map { labels[$0] }
  }

  /// The same of one of its neurons.
  func selecting(_ place: Int) -> TokenSample {
    TokenSample([neurons[place]], values: values.map { [$0[place]] }, labels: labels)
  }

  /// Texts and tokens that it holds.
  public var textCount: Int { values.count }
  public var tokenCount: Int { values.reduce(0) { $0 + ($1.first?.count ?? 0) } }

  /// Each neuron's mean over all tokens, or those of the texts of one class; 0 without any.
  func means(of label: Int? = nil) -> [Float] {
    let texts = values.indices.filter { label == nil || labels[$0] == label }
    return neurons.indices.map { i in
      let count = texts.reduce(0) { $0 + values[$1][i].count }
      let sum = texts.reduce(0.0) { $0 + values[$1][i].reduce(0.0) { $0 + Double($1) } }
      return count > 0 ? Float(sum / Double(count)) : 0
    }
  }

  /// Values of one random text at random tokens of it, `count` a neuron.
  func drawn(_ count: Int, using generator: inout SplitMix64) -> [[Float]] {
    guard let donor = values.randomElement(using: &generator), let first = donor.first else {
      return neurons.map { _ in Array(repeating: 0, count: count) }
    }
    let tokens = (0..<count).map { _ in first.indices.randomElement(using: &generator) ?? 0 }
    return donor.map { values in tokens.map { values[$0] } }
  }

  /// What stands in for a text's own values.
  ///
  /// - Parameters:
  ///   - own: `[neuron][token]`.
  ///   - replacement: what takes their place.
  ///   - draw: with the text it decides what is drawn, whatever other texts there are.
  ///   - batch: the text.
  /// - Returns: the same shape.
  func replacing(
    _ own: [[Float]], by replacement: Replacement, draw: Int, in batch: Batch
  ) -> [[Float]] {
    func constant(_ values: [Float]) -> [[Float]] {
      zip(own, values).map { Array(repeating: $1, count: $0.count) }
    }
    switch replacement {
    case .zero: return own.map { Array(repeating: 0, count: $0.count) }
    case .mean: return constant(means())
    case .classMean(let label): return constant(means(of: label))
    case .scale(let factor): return own.map { $0.map { Float(Double($0) * factor) } }
    case .resample:
      // FNV-1a: a text draws the same values in every program.
      var seed = UInt64(draw) &+ 0xCBF2_9CE4_8422_2325
      for id in batch.ids { seed = (seed ^ UInt64(UInt32(bitPattern: id))) &* 0x100_0000_01B3 }
      var generator = SplitMix64(seed: seed)
      return drawn(own.first?.count ?? 0, using: &generator)
    }
  }
}
