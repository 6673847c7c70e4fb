import Tensors
import Testing
import Tokenizers
import Transformers

@testable import Probing

@Suite("Extracting features from texts")
struct ExtractionTests {
  /// More tokens than two batches hold, of many lengths.
  private let texts =
    Tiny.reviews(280, classes: ["bad", "good"]).map { $0.text + " " + $0.text + " of it" }

  private func extract(
    _ texts: [String], workers: Int = 2, poolings: [Pooling] = [.first, .max, .mean],
    progress: (WorkProgress) -> Bool = { _ in true }
  ) throws -> (features: Features, facts: [TextFacts])? {
    try Extractor(
      model: Tiny.model(), tokenizer: Tiny.tokenizer(), poolings: poolings, workers: workers
    ).extract(texts, progress: progress)
  }

  @Test("one worker and two give the same, bit for bit")
  func workers() throws {
    let results = (try extract(texts, workers: 1), try extract(texts, workers: 2))
    let (one, two) = (try #require(results.0), try #require(results.1))
    #expect(one.facts == two.facts)
    #expect(one.facts.reduce(0) { $0 + $1.tokens } > 2 * 2048)
    #expect(one.features.keys.count == 3 * (4 + 3))
    for key in one.features.keys {
      #expect(one.features[key].matrix == two.features[key].matrix, "\(key)")
    }
  }

  @Test("the order of texts and their company do not matter beyond rounding")
  func order() throws {
    let results = (
      try extract(texts), try extract(texts.reversed()), try extract(Array(texts.prefix(3)))
    )
    let (there, back) = (try #require(results.0).features, try #require(results.1).features)
    let few = try #require(results.2).features
    let rows = Array((0..<texts.count).reversed())
    for key in there.keys {
      #expect(
        largestDifference(there[key].matrix, back[key].selecting(rows: rows)) < 4e-6, "\(key)")
      #expect(
        largestDifference(there[key].selecting(rows: [0, 1, 2]), few[key].matrix) < 4e-6, "\(key)")
    }
  }

  @Test("features are the model's numbers, pooled")
  func values() throws {
    let (model, tokenizer) = (try Tiny.model(), try Tiny.tokenizer())
    let extracted = try extract(["the film was good", "bad"], poolings: [.last])
    let features = try #require(extracted).features
    let recording = model.record(Batch([tokenizer.encode("the film was good").ids]))
    let last = recording.activations[1].row(recording.activations[1].rows - 1)
    let row = features[FeatureKey(.activation, layer: 1, pooling: .last)].matrix.row(0)
    #expect(largestDifference(row.map(Double.init), last.map(Double.init)) < 4e-6)
  }

  @Test("an empty text is its template's tokens, and a long one is cut and reported")
  func extremes() throws {
    let long = Array(repeating: "good", count: 100).joined(separator: " ")
    let extracted = try extract(["", long, "good"])
    let (features, facts) = try #require(extracted)
    #expect(
      facts == [
        TextFacts(tokens: 2, truncated: false), TextFacts(tokens: 40, truncated: true),
        TextFacts(tokens: 3, truncated: false),
      ])
    for key in features.keys {
      #expect(features[key].rows == 3 && features[key].matrix.values.allSatisfy { $0.isFinite })
    }
  }

  @Test("texts without any token, where the tokenizer has no template, are zeros")
  func noTokens() throws {
    let folder = try TemporaryFolder([
      "tokenizer.json": """
      {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
      "pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":null,"decoder":null,
      "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
      "max_input_chars_per_word":100,"vocab":{"[UNK]":0,"a":1}}}
      """
    ])
    let (model, tokenizer) = (try Tiny.model(), try Tokenizer(folder: folder.url))
    let extractor = Extractor(model: model, tokenizer: tokenizer, poolings: Pooling.allCases)
    for texts in [["", ""], ["", "a b", ""]] {
      let extracted = extractor.extract(texts) { _ in true }
      let (features, facts) = try #require(extracted)
      #expect(facts.map(\.tokens) == texts.map { $0.isEmpty ? 0 : 2 })
      for key in features.keys {
        for (row, text) in texts.enumerated() {
          #expect(features[key].matrix.row(row).allSatisfy { $0 == 0 } == text.isEmpty, "\(key)")
        }
      }
    }
    let run = try Tiny.run("mean")
    let explainer = try Explainer(run: run, model: model, tokenizer: tokenizer)
    let explanation = explainer.explain("")
    #expect(explanation.words.isEmpty && explanation.tokens == 0)
    #expect(explanation.probabilities.allSatisfy { $0.isFinite })
  }

  @Test("no texts are no trouble")
  func none() throws {
    let extracted = try extract([])
    #expect(try #require(extracted).facts.isEmpty)
  }

  @Test("progress counts tokens up to all of them")
  func progress() throws {
    var seen: [WorkProgress] = []
    let extracted = try extract(texts) {
      seen.append($0)
      return true
    }
    let total = try #require(extracted).facts.reduce(0) { $0 + $1.tokens }
    #expect(seen.first?.done == 0 && seen.last?.done == total)
    #expect(seen.allSatisfy { $0.total == total && $0.phase == "reading texts" })
    #expect(seen.map(\.done) == seen.map(\.done).sorted() && seen.count >= 4)
  }

  @Test("stops when told to, even if told once only", arguments: 0..<3)
  func stops(step: Int) throws {
    var calls = 0
    let extracted = try extract(texts) { _ in
      calls += 1
      return calls != step + 1
    }
    #expect(extracted == nil && calls == step + 1)
  }
}
