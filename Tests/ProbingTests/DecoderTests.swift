import Foundation
import Tensors
import Testing
import Tokenizers
import Transformers

@testable import Probing

/// A tiny T5 of `Tests/Oracles/make_model_fixtures.py`, 2 blocks and 2 of the decoder, with words.
enum TinyT5 {
  static func folder(_ name: String = "tiny-flan-t5") -> URL {
    fixtures.appendingPathComponent("models/\(name)")
  }

  static func model() throws -> any Transformer { try loadModel(folder: folder()) }

  /// One token a word, and `</s>` behind them.
  static func tokenizer() throws -> Tokenizer {
    let words = [
      "the", "film", "was", "an", "of", "and", "it", "is", "in", "this", "movie", "!", "bad",
      "good",
    ]
    let vocabulary = (["[UNK]", "</s>"] + words).enumerated().map { "\"\($1)\":\($0 + 4)" }
    let folder = try TemporaryFolder([
      "tokenizer.json": """
      {"version":"1.0","truncation":null,"padding":null,"added_tokens":[{"id":5,"content":"</s>",
      "single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
      "normalizer":null,"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":null,
      "post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},
      {"SpecialToken":{"id":"</s>","type_id":0}}],"pair":[],
      "special_tokens":{"</s>":{"id":"</s>","ids":[5],"tokens":["</s>"]}}},
      "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
      "max_input_chars_per_word":100,"vocab":{\(vocabulary.joined(separator: ","))}}}
      """
    ])
    return try Tokenizer(folder: folder.url)
  }

  /// A fit that reads the decoder, or does not.
  static func fit(_ pooling: Pooling, readsDecoder: Bool = true) throws -> Run {
    let data = try DataSet(Tiny.reviews(75, classes: ["bad", "good"]), from: "reviews")
    let shape = try model().shape
    let extractor = Extractor(
      model: try model(), tokenizer: try tokenizer(), poolings: [pooling],
      readsDecoder: readsDecoder)
    guard let (features, facts) = extractor.extract(data.texts.map(\.text), progress: { _ in true })
    else { throw CancellationError() }
    var settings = FitSettings()
    settings.poolings = [pooling]
    settings.selections = [.eta(0.8)]
    settings.sources = [.both]
    let work = FitWork(
      features, data, stacks: shape.stacks(readingDecoder: readsDecoder),
      lengths: facts.map(\.tokens), settings: settings)
    guard let report = try work.run(progress: { _ in true }) else { throw CancellationError() }
    return Run(
      report, model: RunInfo.Model(name: "t5", path: "models/t5", sha256: "0", shape: shape),
      dataName: "reviews", source: DataSource(files: ["reviews.csv"]), data: data,
      audit: DataAudit(data), facts: facts, settings: settings)
  }

  /// The same with the deepest head, which reads the decoder.
  static func deepest(_ pooling: Pooling) throws -> Run {
    var run = try fit(pooling)
    run.info.chosen.depth = run.exits[run.exits.count - 1].depth
    return run
  }
}

@Suite("The decoder of an encoder-decoder is read after the encoder")
struct DecoderTests {
  static let texts = [
    "the film was good", "bad !", "it is an film of this and good bad movie", "?",
  ]

  // MARK: Features

  @Test("pooled features are transformers'", arguments: ["tiny-t5", "tiny-flan-t5"])
  func oracle(name: String) throws {
    let model = try loadModel(folder: TinyT5.folder(name))
    let path = TinyT5.folder(name).appendingPathComponent("expected.safetensors").path
    let (file, bytes) = (try SafetensorsFile(path: path), try Data(contentsOf: URL(filePath: path)))
    var texts: [[Int32]] = []
    while let entry = file.entries["ids.\(texts.count)"] {
      let size = entry.range.count / entry.shape.reduce(1, *)
      texts.append(
        entry.range.enumerated().filter { $0.offset % size == 0 }.map { Int32(bytes[$1]) })
    }
    var (tap, workspace) = (PoolingTap(Pooling.allCases), Workspace())
    model.forward(Batch(texts), blocks: model.shape.allBlocks, workspace: &workspace, tap: &tap)
    let kinds: [(Representation, String)] = [
      (.hidden, "hidden"), (.activation, "activation"), (.decoderHidden, "decoder.hidden"),
      (.decoderActivation, "decoder.activation"),
    ]
    for (kind, prefix) in kinds {
      for layer in 0..<kind.layers(of: model.shape.stacks(readingDecoder: true)) {
        let pooled = tap.features(kind, layer: layer)
        for (row, ids) in texts.enumerated() {
          let expected = try file.parameter(
            "\(prefix).\(layer).\(row)", rows: ids.count, columns: model.shape.width(kind)
          ).matrix
          let bound = 2e-5 * Double(expected.values.reduce(1) { max($0, abs($1)) })
          for (matrix, pooling) in zip(pooled, Pooling.allCases) {
            let reference = (0..<expected.columns).map { column in
              Double(pooling.pool((0..<expected.rows).map { expected[$0, column] }[...]))
            }
            let difference = largestDifference(matrix.row(row).map(Double.init), reference)
            #expect(difference <= bound, "\(kind) \(layer) \(pooling), text \(row)")
          }
        }
      }
    }
  }

  @Test("there are none where the decoder is left out, and the others are the same bytes")
  func without() throws {
    func features(_ readsDecoder: Bool) throws -> Features {
      let extractor = Extractor(
        model: try TinyT5.model(), tokenizer: try TinyT5.tokenizer(), poolings: [.mean],
        readsDecoder: readsDecoder)
      let extracted = extractor.extract(Self.texts) { _ in true }
      return try #require(extracted).features
    }
    let (whole, encoder) = (try features(true), try features(false))
    #expect(whole.keys.count == 10 && encoder.keys.count == 5)
    for key in encoder.keys { #expect(whole[key].matrix == encoder[key].matrix) }
  }

  // MARK: Fits

  @Test("a fit probes both stacks, and its heads go on from the encoder into the decoder")
  func fit() throws {
    let run = try TinyT5.fit(.mean)
    #expect(run.info.readsDecoder == true)
    #expect(run.info.stacks == Stacks(blocks: 2, decoderBlocks: 2))
    #expect(run.info.representations == Representation.allCases)
    #expect(Set(run.probes.map(\.key.representation)) == Set(Representation.allCases))
    #expect(run.scores.base?.detail == "DH2, mean")
    #expect(run.exits.map(\.range) == ["H0", "H0–1", "H0–2", "H0–DH0", "H0–DH1", "H0–DH2"])
    let deepest = run.exits[5]
    #expect(deepest.neurons.contains { $0.representation == .decoderActivation })
    for exit in run.exits {
      #expect(Array(deepest.neurons.prefix(exit.neurons.count)) == exit.neurons)
    }
  }

  @Test(
    "a run is read back as it was written, with the decoder and without", arguments: [true, false])
  func roundTrip(readsDecoder: Bool) throws {
    var run = try TinyT5.fit(.max, readsDecoder: readsDecoder)
    // As runs were written before decoders were read.
    if !readsDecoder { run.info.readsDecoder = nil }
    let folder = try TemporaryFolder()
    try run.write(to: folder.url)
    let read = try Run(folder: folder.url)
    #expect(read.info == run.info && read.scores == run.scores && read.neurons == run.neurons)
    #expect(read.probes.map(\.key) == run.probes.map(\.key))
    #expect(read.exits.map(\.neurons) == run.exits.map(\.neurons))
    #expect(read.exits.map(\.range) == run.exits.map(\.range))
    #expect(read.exits.count == (readsDecoder ? 6 : 3))
    #expect(read.info.stacks.decoderBlocks == (readsDecoder ? 2 : 0))
  }

  @Test("a run that names a layer of a decoder that it did not read is refused")
  func notRead() throws {
    var run = try TinyT5.fit(.max)
    run.info.readsDecoder = nil
    let folder = try TemporaryFolder()
    try run.write(to: folder.url)
    let fault = #expect(throws: RunError.self) { try Run(folder: folder.url) }
    #expect(fault?.description.contains("do not fit") == true)
  }

  // MARK: Texts

  private func explainer(_ run: Run) throws -> Explainer {
    try Explainer(run: run, model: TinyT5.model(), tokenizer: TinyT5.tokenizer())
  }

  @Test("words and the decoder's start sum to the logit", arguments: [Pooling.mean, .max])
  func words(pooling: Pooling) throws {
    let run = try TinyT5.deepest(pooling)
    for text in Self.texts {
      let explanation = try explainer(run).explain(text)
      let sum = explanation.wordContributions.reduce(explanation.base, +)
      #expect(abs(sum - explanation.logit) < 1e-5 && explanation.residual < 1e-6)
      let (start, end) = (0, explanation.words.count - 1)
      #expect(explanation.words[start].isDecoderStart && explanation.words[end].text == "</s>")
      for (layer, parts) in zip(run.head.layers, explanation.wordLayers) {
        let unread = layer.representation.isDecoder ? end : start
        #expect(parts[unread] == 0)
      }
    }
  }

  @Test("a decoder reads a word one position behind, its start first, and never the last token")
  func positions() {
    let word = Word(range: 0..<4, text: "word", isSpecial: false, tokens: 2..<4)
    #expect(word.positions(in: .encoder, of: 5) == 2..<4)
    #expect(word.positions(in: .decoder, of: 5) == 3..<5)
    #expect(word.positions(in: .decoder, of: 4) == 3..<4)
    #expect(Word.decoderStart.positions(in: .decoder, of: 4) == 0..<1)
    #expect(Word.decoderStart.positions(in: .encoder, of: 4).isEmpty)
    let last = Word(range: 4..<4, text: "</s>", isSpecial: true, tokens: 4..<5)
    #expect(!last.isRead(in: .decoder, of: 5) && last.isRead(in: .encoder, of: 5))
  }

  @Test("a neuron of the decoder is traced at the words that it reads")
  func trace() throws {
    let run = try TinyT5.deepest(.max)
    let reader = NeuronReader(try explainer(run))
    let explanation = try explainer(run).explain(Self.texts[0])
    for (neuron, value) in zip(run.head.neurons, explanation.values) {
      let trace = reader.trace(neuron, .max, in: Self.texts[0])
      #expect(abs(trace.pooled - value) < 1e-6 && trace.tokens.count == explanation.tokens)
      let isDecoder = neuron.representation.isDecoder
      #expect(
        trace.words.map(\.text) == (isDecoder ? ["<start>"] : []) + ["the", "film", "was", "good"]
          + (isDecoder ? [] : ["</s>"]))
      #expect(trace.wordValues == trace.tokens)
    }
  }

  @Test("what the head says early or late is what it says of the features")
  func classify() throws {
    let run = try TinyT5.deepest(.mean)
    let texts = run.texts.prefix(12).map(\.text)
    let predictions = try explainer(run).classify(texts)
    for (index, prediction) in predictions.enumerated() {
      let x = try explainer(run).explain(texts[index]).values
      let p = run.head.fitted.classifier.probabilities(x, temperature: run.scores.temperature.value)
      #expect(largestDifference(prediction.probabilities, p) < 1e-6)
    }
    var never = run
    never.scores.exitRule.threshold = 1
    for (early, late) in zip(try explainer(never).classifyEarly(texts), predictions) {
      #expect(early.exit == late.exit && early.predicted == late.predicted)
    }
    var always = run
    always.scores.exitRule.threshold = 0.5
    #expect(try explainer(always).classifyEarly(texts).allSatisfy { $0.exit == run.exits[0].depth })
    let timings = try explainer(run).timings(texts)
    #expect(timings.milliseconds.count == 5)
    #expect(timings.milliseconds == timings.milliseconds.sorted())
  }

  // MARK: Causes

  @Test("silencing a neuron of either stack is what a pass that holds it gives")
  func silencing() throws {
    let run = try TinyT5.deepest(.mean)
    let silencer = Silencer(run: run, try explainer(run))
    let neurons = Representation.allCases.compactMap { kind in
      run.head.neurons.first { $0.representation == kind && $0.layer > 0 }
    }
    #expect(neurons.count >= 3)
    for neuron in neurons {
      let sample = try #require(silencer.sample([neuron]))
      let effect = silencer.effect(of: sample, by: .zero, in: Self.texts[0])
      var (pass, workspace) = (HeldPass(neuron, NeuronTap(run.head.neurons)), Workspace())
      let ids = try TinyT5.tokenizer().encode(Self.texts[0], maxLength: 48).ids
      try TinyT5.model().forward(
        Batch([ids]), blocks: 4, workspace: &workspace, tap: &pass)
      let logits = run.head.fitted.classifier.logits(pass.neurons.pooled(.mean)[0])
      #expect(largestDifference(effect.after, logits) < 1e-5, "\(neuron)")
      let same = silencer.effect(of: sample, by: .scale(1), in: Self.texts[0])
      #expect(abs(same.total[0]) < 1e-6)
    }
  }

  /// Holds one neuron at 0, and keeps others.
  private struct HeldPass: Tap {
    let held: NeuronAddress
    var neurons: NeuronTap

    init(_ held: NeuronAddress, _ neurons: NeuronTap) {
      (self.held, self.neurons) = (held, neurons)
    }

    mutating func patch(_ site: Site, _ values: inout Matrix, rows: Range<Int>, of batch: Batch) {
      guard site == held.site else { return }
      for row in 0..<values.rows { values[row, held.index] = 0 }
    }

    mutating func record(_ site: Site, _ values: Matrix, rows: Range<Int>, of batch: Batch) {
      neurons.record(site, values, rows: rows, of: batch)
    }
  }

  @Test("integrated gradients through both stacks sum to what masking all words loses")
  func gradients() throws {
    let run = try TinyT5.deepest(.mean)
    let explainer = try explainer(run)
    let causes = try #require(
      IntegratedGradients(run: run, explainer, nodes: 16).words(of: Self.texts[0]))
    let explanation = explainer.explain(Self.texts[0])
    #expect(causes.contributions.count == explanation.words.count)
    #expect(abs(causes.logit - explanation.logit) < 1e-5)
    #expect(causes.contributions[0] == 0 && causes.gap < 0.02)
    // Both stacks read the masks: words that the tokenizer does not know are one and the same.
    #expect(abs(causes.masked - explainer.explain("a b c d").logit) < 1e-5)
  }
}
