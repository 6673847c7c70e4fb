import Foundation
import StrictJSON
import Tensors
import Tokenizers
import Transformers

@testable import Probing

/// A folder with the given files that goes away with the value.
final class TemporaryFolder {
  let url: URL

  init(_ files: [String: String] = [:]) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("probing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: self[name]) }
  }

  subscript(name: String) -> URL { url.appendingPathComponent(name) }

  deinit { try? FileManager.default.removeItem(at: url) }
}

/// The tiny model of `Tests/Oracles/make_model_fixtures.py`: 3 blocks, 20 wide, 37 neurons, 40 tokens.
enum Tiny {
  static let folder = fixtures.appendingPathComponent("models/tiny-bert")

  static func model() throws -> any Transformer { try loadModel(folder: folder) }
  static func tokenizer() throws -> Tokenizer { try Tokenizer(folder: folder) }

  /// Texts of the model's own words, each with the one word that is its label; every class stands
  /// in every split.
  static func reviews(_ count: Int, classes: [String]) -> [LabelledText] {
    let words = ["the", "film", "was", "an", "of", "and", "it", "is", "in", "this", "movie", "!"]
    var generator = SplitMix64(seed: 7)
    return (0..<count).map { id in
      let label = classes[id / 5 % classes.count]
      var text = (0..<Int.random(in: 2...7, using: &generator))
        .map { _ in words[Int.random(in: 0..<words.count, using: &generator)] }
      text.insert(label, at: Int.random(in: 0...text.count, using: &generator))
      return LabelledText(
        id: id, text: text.joined(separator: " "), label: label, split: split(id))
    }
  }

  /// A fit on such texts.
  static func fit(_ pooling: Pooling, classes: [String]) throws -> Run {
    let data = try DataSet(reviews(75, classes: classes), from: "reviews")
    let model = try model()
    let extractor = Extractor(model: model, tokenizer: try tokenizer(), poolings: [pooling])
    guard let (features, facts) = extractor.extract(data.texts.map(\.text), progress: { _ in true })
    else { throw CancellationError() }
    var settings = FitSettings()
    settings.poolings = [pooling]
    settings.selections = [.eta(0.3), .eta(0.8)]
    let work = FitWork(
      features, data, stacks: model.shape.stacks(readingDecoder: true),
      lengths: facts.map(\.tokens),
      settings: settings)
    guard let report = try work.run(stability: Stability(pairs: 1), progress: { _ in true })
    else { throw CancellationError() }
    return Run(
      report,
      model: RunInfo.Model(name: "tiny", path: "models/tiny", sha256: "0", shape: model.shape),
      dataName: "reviews", source: DataSource(files: ["reviews.csv"]), data: data,
      audit: DataAudit(data), facts: facts, settings: settings)
  }

  private static let runs: [String: Result<Run, any Error>] = [
    "max": Result { try fit(.max, classes: ["bad", "good"]) },
    "mean": Result { try fit(.mean, classes: ["bad", "good"]) },
    "first": Result { try fit(.first, classes: ["bad", "good"]) },
    "three": Result { try fit(.max, classes: ["bad", "good", "very"]) },
  ]

  /// The fit named `max`, `mean` or `first`, of two classes; `three`, of three.
  static func run(_ name: String) throws -> Run {
    guard let run = runs[name] else { throw CocoaError(.fileNoSuchFile) }
    return try run.get()
  }
}

/// Of five texts, three train, one validates and one tests.
func split(_ id: Int) -> Split { [.train, .validation, .train, .test, .train][id % 5] }

/// Features made by hand: `A0.3` and `A1.5` each carry half of the evidence, all else is noise.
struct Synthetic {
  static let blocks = 2
  static let stacks = Stacks(blocks: blocks)
  static let informative = [
    NeuronAddress(.activation, layer: 0, index: 3), NeuronAddress(.activation, layer: 1, index: 5),
  ]

  var data: DataSet
  var features = Features()

  init(texts: Int = 100, pooling: Pooling = .max) throws {
    data = try DataSet(
      (0..<texts).map { id in
        LabelledText(
          id: id, text: "text \(id)", label: ["no", "yes"][id / 5 % 2], split: split(id))
      }, from: "synthetic")
    var noise = Noise(seed: 11)
    for representation in Representation.allCases {
      for layer in 0..<representation.layers(of: Self.stacks) {
        let width = representation == .hidden ? 6 : 8
        var matrix = noise.matrix(rows: texts, columns: width)
        for neuron in Self.informative
        where neuron.layer == layer && neuron.representation == representation {
          for row in 0..<texts {
            matrix[row, neuron.index] += data.texts[row].label == "yes" ? 1.2 : -1.2
          }
        }
        features[FeatureKey(representation, layer: layer, pooling: pooling)] = StoredMatrix(matrix)
      }
    }
  }

  /// The work of a fit on them.
  func work(
    workers: Int = 2, settings: FitSettings = Self.settings, units: FitUnits? = nil
  ) -> FitWork {
    FitWork(
      features, data, stacks: Self.stacks, lengths: data.texts.map { 3 + $0.id % 7 },
      settings: settings, workers: workers, units: units)
  }

  /// What a fit on max pooling alone tries.
  static var settings: FitSettings {
    var settings = FitSettings()
    settings.poolings = [.max]
    settings.selections = [.eta(0.2), .eta(0.5), .eta(0.9)]
    return settings
  }
}

/// Numbers that look random and are the same on every run.
struct Noise {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// A number from −√3 … √3: mean 0, deviation 1.
  mutating func next() -> Float {
    Float.random(in: -1...1, using: &generator) * Float(3).squareRoot()
  }

  mutating func matrix(rows: Int, columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in next() })
  }

  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }
}

func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
}

func largestDifference(_ a: Matrix, _ b: Matrix) -> Double {
  largestDifference(a.values.map(Double.init), b.values.map(Double.init))
}

/// A number of an oracle's file, whole or not; NaN, which fails every comparison, where there is none.
func number(_ value: JSON?) -> Double {
  switch value {
  case .number(let value): value
  case .integer(let value): Double(value)
  default: .nan
  }
}
