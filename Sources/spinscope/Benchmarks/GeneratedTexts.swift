import Tensors

/// Texts that are made up of the words of the built-in reviews, the same ones every time.
struct GeneratedTexts {
  private let words: [Substring]
  private var generator = SplitMix64(seed: 42)

  init() {
    let text = String(decoding: PackageResources.reviews_csv, as: UTF8.self)
    words = text.split { !$0.isLetter && $0 != "'" }
  }

  /// A text of so many words.
  mutating func text(words count: Int) -> String {
    (0..<count).map { _ in words.randomElement(using: &generator) ?? "word" }
      .joined(separator: " ")
  }

  /// Sentences as long as those of SST-2: 4 to 34 words, 19 on average.
  mutating func short(_ count: Int) -> [String] {
    (0..<count).map { _ in text(words: Int.random(in: 4...34, using: &generator)) }
  }

  /// Reviews as long as those of IMDb: 60 to 400 words, a quarter of them longer still.
  mutating func long(_ count: Int) -> [String] {
    (0..<count).map { i in
      text(words: Int.random(in: i % 4 == 3 ? 400...800 : 60...400, using: &generator))
    }
  }
}
