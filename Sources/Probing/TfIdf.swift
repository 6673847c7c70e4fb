import Foundation
public import Tensors

/// Words as features: what a classifier can do without any model.
///
///     x_w = (1 + log tf_w) (1 + log((1 + n) / (1 + n_w))),   divided by ‖x‖₂
///
/// where tf_w is how often word w stands in the text and n_w in how many of the n training texts.
/// A word is a run of two or more letters, digits or underscores, in lower case: scikit-learn's
/// `TfidfVectorizer(sublinear_tf=True, min_df=2)`, whose values these are. Single words only: with
/// some thousand columns pairs would mostly be rare ones, and a dense solver can take no more.
/// Source: Salton & Buckley 1988, "Term-weighting approaches in automatic text retrieval".
public struct TfIdf: Sendable {
  /// The words of the columns, ascending by code point.
  public let vocabulary: [String]
  private let columns: [String: Int]
  /// 1 + log((1 + n) / (1 + n_w)) of each column.
  private let rarity: [Double]

  /// Learns the vocabulary from training texts.
  ///
  /// - Parameters:
  ///   - texts: the training texts.
  ///   - minimumTexts: the number of texts in which a word must stand.
  ///   - maximumWords: how many words are kept: those of most texts, of equals the first by code
  ///     point.
  public init(_ texts: [String], minimumTexts: Int = 2, maximumWords: Int = 4_096) {
    let workers = availableWorkers()
    let found = mapInParallel(count: texts.count, workers: workers) { Set(words(of: texts[$0])) }
    var counts: [String: Int] = [:]
    for words in found { for word in words { counts[word, default: 0] += 1 } }
    let common = counts.filter { $0.value >= minimumTexts }
      .sorted { $0.value != $1.value ? $0.value > $1.value : precedes($0.key, $1.key) }
      .prefix(maximumWords).map(\.key)
    let vocabulary = common.sorted(by: precedes)
    self.vocabulary = vocabulary
    columns = Dictionary(uniqueKeysWithValues: vocabulary.enumerated().map { ($1, $0) })
    rarity = vocabulary.map { 1 + log(Double(1 + texts.count) / Double(1 + (counts[$0] ?? 0))) }
  }

  /// The features of some texts, `(texts, words)`; a text without a known word is a row of zeros.
  public func features(_ texts: [String]) -> Matrix {
    var matrix = Matrix(rows: texts.count, columns: vocabulary.count)
    let rows = mapInParallel(count: texts.count, workers: availableWorkers()) { weights(texts[$0]) }
    for (row, weights) in rows.enumerated() {
      for (column, weight) in weights { matrix[row, column] = Float(weight) }
    }
    return matrix
  }

  /// The weights of the words that a text has, by column.
  private func weights(_ text: String) -> [(column: Int, weight: Double)] {
    var counts: [Int: Int] = [:]
    for word in words(of: text) {
      if let column = columns[word] { counts[column, default: 0] += 1 }
    }
    let weights = counts.sorted { $0.key < $1.key }
      .map { ($0.key, (1 + log(Double($0.value))) * rarity[$0.key]) }
    let norm = weights.reduce(0) { $0 + $1.1 * $1.1 }.squareRoot()
    return weights.map { ($0.0, $0.1 / norm) }
  }
}

/// The words of a text in lower case: runs of two or more letters, digits or underscores.
func words(of text: String) -> [String] {
  text.lowercased().unicodeScalars
    .split { !isWordScalar($0) }
    .filter { $0.dropFirst().first != nil }
    .map { String($0) }
}

/// What `\w` matches in Python: letters and numbers of any script, and the underscore.
private func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
  case 0..<0x80: return false
  default: break
  }
  switch scalar.properties.generalCategory {
  case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    .decimalNumber, .letterNumber, .otherNumber:
    return true
  default: return false
  }
}

/// The order of code points, which does not depend on a locale.
private func precedes(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
