import Testing

@testable import Probing

@Suite("Texts that stand twice, or nearly, or in two splits are found")
struct DataAuditTests {
  private func audit(_ texts: [(String, String, Split)]) -> DataAudit {
    DataAudit(
      texts.enumerated().map { LabelledText(id: $0, text: $1.0, label: $1.1, split: $1.2) })
  }

  private static let sentence = "the film is long and slow but the last of its three acts is superb"

  @Test(
    "a text repeats another to the letter, but for case and punctuation, nearly, or not",
    arguments: [
      (sentence, TextRepeats.Kind.exact),
      ("The film is long, and slow: but the last of its three acts is superb!", .normalized),
      (sentence + " indeed", .near), ("alas " + sentence, .near),
      ("the film is long and quick but the last of its four acts is superb", nil), ("superb", nil),
    ] as [(String, TextRepeats.Kind?)])
  func kinds(text: String, kind: TextRepeats.Kind?) throws {
    let audit = audit([(Self.sentence, "a", .train), (text, "b", .test)])
    let found = try #require(audit.repeats(of: .test, in: .train))
    #expect(found.total == (kind == nil ? 0 : 1) && found.texts == 1)
    #expect(found.examples == (kind.map { [.init(kind: $0, text: 1, original: 0)] } ?? []))
    #expect(found.conflicting == (kind == .exact || kind == .normalized ? 1 : 0))
  }

  @Test("each split is held against itself and the splits before it")
  func pairs() {
    let audit = audit([
      ("one", "a", .train), ("One.", "b", .train), ("one", "a", .train), ("two", "a", .validation),
      ("ONE", "a", .validation), ("two", "a", .test), ("three", "a", .test),
    ])
    let found = audit.repeats.map { [$0.exact, $0.normalized, $0.near, $0.conflicting] }
    let pairs = audit.repeats.map { "\($0.split) \($0.original)" }
    #expect(
      pairs == [
        "train train", "validation train", "validation validation", "test train",
        "test validation", "test test",
      ])
    #expect(
      found == [
        [1, 1, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0],
      ])
  }

  @Test("texts without words are told by their signs, and those of space alone are empty")
  func wordless() throws {
    let audit = audit([
      ("!!!", "a", .train), ("😀", "a", .test), ("!!!", "a", .test), (" \n", "a", .test),
      ("", "a", .test),
    ])
    #expect(audit.empty == 2)
    #expect(try #require(audit.repeats(of: .test, in: .train)).exact == 1)
  }

  @Test("near is half of the word 5-grams in common, as counted pair by pair")
  func near() throws {
    let words = ["a", "b", "c"]
    var noise = Noise(seed: 3)
    let texts = (0..<300).map { _ in
      (0..<5 + noise.below(6)).map { _ in words[noise.below(3)] }.joined(separator: " ")
    }
    func grams(_ text: String) -> Set<[Substring]> {
      let words = text.split(separator: " ")
      return Set((0...words.count - 5).map { Array(words[$0..<$0 + 5]) })
    }
    let sets = texts.map(grams)
    let isRepeat = texts.indices.map { text in
      (0..<150).contains {
        2 * sets[text].intersection(sets[$0]).count >= sets[text].union(sets[$0]).count
      }
    }
    let audit = audit(texts.enumerated().map { ($1, "a", $0 < 150 ? .train : .test) })
    let found = try #require(audit.repeats(of: .test, in: .train))
    #expect(found.total == isRepeat[150...].count { $0 } && found.near > 10)
  }

  @Test("thousands of texts of one mould do not take the square of the time")
  func mould() throws {
    let texts = (0..<4_000).map { ("\(Self.sentence) \(Self.sentence) \($0)", "a", Split.train) }
    let found = try #require(audit(texts).repeats(of: .train, in: .train))
    #expect(found.near == 3_999)
  }
}
