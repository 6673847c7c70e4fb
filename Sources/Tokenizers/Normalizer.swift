/// The stage that rewrites text before it is cut: case, accents, odd characters.
protocol Normalizer: Sendable {
  /// Its kind and settings in words.
  var summary: String { get }

  /// How many bytes may come of one, where a file says what replaces what; 1 for all else.
  var growth: Int { get }

  func normalize(_ text: AlignedText) -> AlignedText

  /// The same for a part of the source, in one pass where a stage has one.
  func normalize(_ source: [UInt8], _ range: Range<Int>) -> AlignedText
}

extension Normalizer {
  var growth: Int { 1 }

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

  var growth: Int {
    stages.reduce(1) { product, stage in
      let (next, overflow) = product.multipliedReportingOverflow(by: stage.growth)
      return overflow ? .max : next
    }
  }

  func normalize(_ text: AlignedText) -> AlignedText {
    stages.reduce(text) { $1.normalize($0) }
  }
}
