import Foundation
import Tensors
import Testing

@testable import Transformers

/// The checkpoints of `Tests/Oracles/make_head_fixtures.py`, and the logits of transformers.
@Suite("A checkpoint's own head agrees with transformers in double precision")
struct ClassificationHeadTests {
  static let families = ["bert", "distilbert", "roberta", "gpt2", "t5"]

  @Test("logits are within the bound", arguments: families)
  func logits(name: String) throws {
    let folder = fixtures.appendingPathComponent("heads/\(name)")
    let model = try loadModel(folder: folder)
    let head = try #require(try loadHead(folder: folder))
    let oracle = try Oracle(folder)
    #expect(oracle.texts.count == 6)
    var workspace = Workspace()
    for (text, ids) in oracle.texts.enumerated() {
      let logits = try #require(head.logits(of: ids, in: model, workspace: &workspace))
      let matrix = Matrix(rows: 1, columns: logits.count, values: logits)
      try oracle.check(matrix, "logits.\(text)")
    }
  }

  @Test(
    "labels and their meaning are the configuration's",
    arguments: [
      ("bert", ["negative", "neutral", "positive"], .exclusive),
      ("distilbert", ["joy", "anger", "fear"], .independent),
      ("roberta", ["LABEL_0"], .regression), ("gpt2", ["bad", "good"], .exclusive),
      ("t5", ["LABEL_0", "LABEL_1"], .exclusive),
    ] as [(String, [String], ClassificationHead.Kind)])
  func labels(name: String, labels: [String], kind: ClassificationHead.Kind) throws {
    let head = try #require(
      try loadHead(folder: fixtures.appendingPathComponent("heads/\(name)")))
    #expect(head.labels == labels)
    #expect(head.kind == kind)
    let scores = head.scores([0.5, -1, 1000].prefix(labels.count).map { $0 })
    switch kind {
    case .exclusive:
      #expect(abs(scores.reduce(0, +) - 1) < 1e-12)
      #expect(scores.allSatisfy { $0.isFinite })
    case .independent: #expect(scores[0] == 1 / (1 + exp(-0.5)) && scores[2] == 1)
    case .regression: #expect(scores == [0.5])
    }
  }

  @Test("a text without the token that a head reads has no logits")
  func withoutToken() throws {
    for name in Self.families {
      let folder = fixtures.appendingPathComponent("heads/\(name)")
      let model = try loadModel(folder: folder)
      let head = try #require(try loadHead(folder: folder))
      var workspace = Workspace()
      #expect(head.logits(of: [], in: model, workspace: &workspace) == nil)
      let other = head.logits(of: [3, 4], in: model, workspace: &workspace)
      #expect((other == nil) == (name == "t5"))
    }
  }

  @Test("GPT-2's head reads the last token that is no padding, or the first where all are")
  func lastToken() {
    #expect(HeadToken.last(padding: 7).row(in: [1, 2, 7, 7]) == 1)
    #expect(HeadToken.last(padding: 7).row(in: [7, 7]) == 0)
    #expect(HeadToken.last(padding: nil).row(in: [7, 7]) == 1)
    #expect(HeadToken.lastEnd(1).row(in: [1, 5, 1, 4]) == 2)
    #expect(HeadToken.lastEnd(1).row(in: [5, 4]) == nil)
    #expect(HeadToken.first.row(in: [5, 4]) == 0)
  }

  @Test(
    "checkpoints without a head of this kind have none",
    arguments: ["tiny-bert", "tiny-distilbert", "tiny-roberta-f16", "tiny-gpt2", "tiny-t5"])
  func none(name: String) throws {
    #expect(try loadHead(folder: fixtures.appendingPathComponent("models/\(name)")) == nil)
  }

  @Test("a tagger of words has a classifier too, but none of texts")
  func tagger() throws {
    let folder = try changed("bert") { $0["architectures"] = ["BertForTokenClassification"] }
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try loadHead(folder: folder) == nil)
  }

  @Test("a configuration that names no class leaves it to the tensors", arguments: families)
  func unnamed(name: String) throws {
    let folder = try changed(name) { $0["architectures"] = nil }
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try loadHead(folder: folder) != nil)
  }

  /// What is wrong with which family's head, and what the message must say.
  private static let faults: [(String, String, any Sendable, String)] = [
    (
      "bert", "id2label", ["0": "a", "1": "b"], "classifier.weight: expected [2, 15], found [3, 15]"
    ),
    ("bert", "id2label", ["0": "a", "2": "b"], "a name for each id from 0 to 1, found 2"),
    ("bert", "id2label", ["0": "a", "1": "a", "2": "b"], "a twice"),
    ("bert", "id2label", ["0": true, "1": true, "2": false], "a name for each id"),
    ("bert", "id2label", [String: String](), "found an object"),
    ("bert", "id2label", "x", "the name of each label"),
    ("bert", "problem_type", "ranking", "ranking is not supported"),
    ("bert", "problem_type", 3, "expected a word"),
    ("bert", "architectures", "Bert", "a list of class names"),
    ("bert", "architectures", [1], "a list of class names"),
    ("roberta", "problem_type", "single_label_classification", "for one label"),
    ("t5", "num_labels", 3, "classification_head.out_proj.weight: expected [3, 13], found [2, 13]"),
    ("t5", "num_labels", 0, "num_labels"), ("t5", "num_labels", 2_000_000, "at most 1000000"),
    ("t5", "eos_token_id", 81, "an id below 81"),
    ("gpt2", "pad_token_id", "x", "an id or null"),
  ]

  @Test("a head that does not fit is refused by key or tensor", arguments: faults.indices)
  func refused(index: Int) throws {
    let (name, key, value, words) = Self.faults[index]
    let folder = try changed(name) { $0[key] = value }
    defer { try? FileManager.default.removeItem(at: folder) }
    let error = #expect(throws: ModelError.self) { try loadHead(folder: folder) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    // The model itself is no worse for it.
    if key != "eos_token_id" { _ = try loadModel(folder: folder) }
  }

  @Test(
    "a class that promises a head must have its tensors",
    arguments: [
      ("tiny-bert", "BertForSequenceClassification", "pooler.dense.weight"),
      ("tiny-distilbert", "DistilBertForSequenceClassification", "pre_classifier.weight"),
      ("tiny-roberta-f16", "RobertaForSequenceClassification", "classifier.dense.weight"),
      ("tiny-gpt2", "GPT2ForSequenceClassification", "score.weight"),
      ("tiny-t5", "T5ForSequenceClassification", "classification_head.dense.weight"),
    ])
  func promised(name: String, architecture: String, tensor: String) throws {
    let folder = try changed("../models/\(name)") { $0["architectures"] = [architecture] }
    defer { try? FileManager.default.removeItem(at: folder) }
    let error = #expect(throws: ModelError.self) { try loadHead(folder: folder) }
    #expect(
      error?.problem == .tensor(name: tensor, expected: "to be there", found: "nothing"))
  }

  /// A copy of a checkpoint whose configuration is changed.
  private func changed(
    _ name: String, _ change: (inout [String: Any]) -> Void
  ) throws -> URL {
    let copy = try copyOfModel("../heads/\(name)")
    try changeConfiguration(of: copy, change)
    return copy
  }
}
