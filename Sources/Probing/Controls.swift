public import Tensors

// What a score is held against: answers that need no model, and questions that have no answer.
// Source: Hewitt & Liang 2019, arXiv:1909.03368 (control tasks, selectivity).

/// The share of each class among `labels`: what a classifier without features says of every text.
///
/// Its most probable class is the majority baseline, and its log loss the one to be below.
public func classShares(_ labels: [Int], classes: Int) -> [Double] {
  var counts = [Int](repeating: 0, count: classes)
  for label in labels { counts[label] += 1 }
  return counts.map { Double($0) / Double(max(labels.count, 1)) }
}

/// The same labels in an order that the seed decides, so that each class keeps its number of texts.
///
/// A probe that learns them has learnt the texts by heart; on other texts it can only guess.
/// Shuffle each split on its own, so that the splits stay stratified.
public func shuffledLabels(_ labels: [Int], seed: UInt64) -> [Int] {
  var generator = SplitMix64(seed: seed)
  return labels.shuffled(using: &generator)
}

/// Labels that only memory for words can learn: each text's is drawn for its rarest known word.
///
/// A word is known if it stands in two training texts. Words keep their label across the splits, so
/// a probe that is large enough to remember words does well on other texts too; what the real task
/// scores above that is its selectivity: `PairedComparison(right:_:strata:)` bounds it.
/// - Parameters:
///   - texts: all texts.
///   - train: positions of the training texts.
///   - shares: how likely each class is to be drawn, as `classShares` gives it.
///   - seed: decides every word's class.
/// - Returns: one class a text.
public func wordControlLabels(
  _ texts: [String], train: [Int], shares: [Double], seed: UInt64
) -> [Int] {
  let found = texts.map { Set(words(of: $0)) }
  var counts: [String: Int] = [:]
  for index in train { for word in found[index] { counts[word, default: 0] += 1 } }
  return found.map { words in
    let known = words.filter { counts[$0, default: 0] >= 2 }
    let rarest = known.min { (counts[$0] ?? 0, $0) < (counts[$1] ?? 0, $1) }
    return drawnClass(rarest ?? "", shares: shares, seed: seed)
  }
}

/// The class that the seed draws for a word.
private func drawnClass(_ word: String, shares: [Double], seed: UInt64) -> Int {
  var generator = SplitMix64(seed: seed, for: word)
  var left = Double.random(in: 0..<1, using: &generator)
  for (k, share) in shares.enumerated() {
    left -= share
    if left < 0 { return k }
  }
  return shares.indices.last { shares[$0] > 0 } ?? 0
}

/// What a text's length alone says: tokens that the model reads, words between white space, and
/// characters (Unicode scalars), a column each.
public func lengthFeatures(_ texts: [String], tokens: [Int]) -> Matrix {
  precondition(texts.count == tokens.count, "\(tokens.count) token counts")
  return Matrix(
    rows: texts.count, columns: 3,
    values: zip(texts, tokens).flatMap { text, tokens in
      let words = text.unicodeScalars.split { $0.properties.isWhitespace }
      return [Float(tokens), Float(words.count), Float(text.unicodeScalars.count)]
    })
}
