import Foundation
import Tensors

/// One text of a run, with what the run's head says of it.
public struct TextRow: Sendable, Equatable {
  /// Its position in the data, from 0.
  public var id: Int
  public var text: String
  public var split: Split
  /// Its class, an index into the run's classes.
  public var label: Int
  /// Of all classes, at the temperature that validation chose.
  public var probabilities: [Double]
  /// The most probable class.
  public var predicted: Int
  /// The probability of that class.
  public var confidence: Double
  /// −log of the probability of its class, in nats.
  public var loss: Double
  /// Words: what white space separates.
  public var length: Int
  /// The class that another run's head says, where the two are compared and it says another.
  public var otherAnswer: Int?

  /// Whether the head is right.
  public var isRight: Bool { label == predicted }

  /// The text in lower case, in which queries look for words.
  let folded: String

  /// Joins a text with the probabilities of all classes.
  public init(id: Int, text: String, split: Split, label: Int, probabilities: [Double]) {
    precondition(probabilities.indices.contains(label), "class \(label) of \(probabilities.count)")
    self.id = id
    self.text = text
    self.split = split
    self.label = label
    self.probabilities = probabilities
    predicted = mostProbable(probabilities)
    confidence = probabilities[predicted]
    loss = -log(max(probabilities[label], 1e-15))
    length = text.split(whereSeparator: \.isWhitespace).count
    folded = text.lowercased()
  }
}

/// All texts of a run with what its head says of them, from the features that the fit stored: the
/// probabilities that the run's scores were measured of.
public struct TextTable: Sendable, Equatable {
  /// In the order of the run's texts.
  public let rows: [TextRow]

  /// Keeps the texts of a run.
  public init(rows: [TextRow]) { self.rows = rows }

  /// Reads the head's features.
  ///
  /// - Throws: `RunError` if they are gone.
  public init(_ run: Run, _ features: RunFeatures) throws(RunError) {
    let inputs = try features.inputs(of: run.head)
    let classifier = run.head.fitted.classifier
    let labels = run.labels
    rows = mapInParallel(count: run.texts.count, workers: availableWorkers()) { index in
      let text = run.texts[index]
      return TextRow(
        id: text.id, text: text.text, split: text.split, label: labels[index],
        probabilities: run.scores.temperature.probabilities(
          logits: classifier.logits(inputs.row(index)), scheme: classifier.scheme))
    }
  }

  /// The same texts beside the answers of another run's head, by place; only those that differ.
  public func held(against others: [Int: Int]) -> TextTable {
    TextTable(
      rows: rows.indices.map { place in
        var row = rows[place]
        row.otherAnswer = others[place]
        return row
      })
  }

  /// The share of some of the rows that are right, with its interval.
  public func score(_ places: [Int]) -> Score {
    Score(correct: places.count { rows[$0].isRight }, of: places.count)
  }
}
