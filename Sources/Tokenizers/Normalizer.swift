/// The stage that rewrites text before it is cut: case, accents, odd characters.
protocol Normalizer: Sendable {
  /// Its kind and settings in words.
  var summary: String { get }

  func normalize(_ text: AlignedText) -> AlignedText

  /// The same for a part of the source, in one pass where a stage has one.
  func normalize(_ source: [UInt8], _ range: Range<Int>) -> AlignedText
}

extension Normalizer {
  func normalize(_ source: [UInt8], _ range: Range<Int>) -> AlignedText {
    normalize(AlignedText(source, range))
  }
}

/// No normalizer: `"normalizer": null`.
struct IdentityNormalizer: Normalizer {
  func normalize(_ text: AlignedText) -> AlignedText { text }
}

/// One normalizer after the other: `Sequence`.
struct NormalizerSequence: Normalizer {
  let stages: [any Normalizer]

  func normalize(_ text: AlignedText) -> AlignedText {
    stages.reduce(text) { $1.normalize($0) }
  }
}
