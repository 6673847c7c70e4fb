import Foundation
import Testing
import Tokenizers
import Transformers

@testable import Probing

@Suite("The head that a checkpoint brings with it")
struct OwnClassifierTests {
  private func classifier(_ name: String) throws -> OwnClassifier {
    let folder = fixtures.appendingPathComponent("heads/\(name)")
    let head = try #require(try loadHead(folder: folder))
    return OwnClassifier(
      head: head, model: try loadModel(folder: folder), tokenizer: try Tokenizer(folder: folder))
  }

  @Test(
    "answers every text by itself, on any number of workers",
    arguments: ["bert", "distilbert", "roberta", "gpt2", "t5"])
  func workers(name: String) throws {
    let classifier = try classifier(name)
    let texts = [
      "the film was good", "", "no", Array(repeating: "bad", count: 90).joined(separator: " "),
    ]
    let one = classifier.classify(texts, workers: 1)
    #expect(one == classifier.classify(texts, workers: 3))
    #expect(one.map(\.text) == texts)
    for (text, prediction) in zip(texts, one) {
      #expect(classifier.classify([text]) == [prediction])
      #expect((prediction.scores == nil) == (prediction.tokens == 0))
      #expect(
        prediction.scores?.count ?? classifier.head.labels.count == classifier.head.labels.count)
    }
    #expect(one.map(\.truncated) == [false, false, false, true])
    #expect((one[1].tokens == 0) == (name == "gpt2"))
  }
}
