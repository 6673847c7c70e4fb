/// The stage that puts special tokens around a text.
///
/// `TemplateProcessing` and its older relatives for a single text; pairs are never made here.
struct PostProcessor: Sendable, Equatable {
  enum Piece: Sendable, Equatable {
    case special([Int32])
    case sequence
  }

  /// In order; one of them is the sequence.
  var template: [Piece]
  /// Leaves white space out of offsets; this holds without special tokens too.
  var trim: OffsetTrim?

  /// Adds nothing: `"post_processor": null`.
  static let none = PostProcessor(template: [.sequence])

  /// How many tokens the template adds.
  var addedCount: Int {
    template.reduce(0) { count, piece in
      if case .special(let ids) = piece { count + ids.count } else { count }
    }
  }

  func apply(to encoding: Encoding, vocabulary: Vocabulary) -> Encoding {
    var result = Encoding()
    result.truncated = encoding.truncated
    for piece in template {
      switch piece {
      case .sequence:
        result.append(encoding)
      case .special(let ids):
        for id in ids {
          result.append(
            id: id, token: vocabulary.piece(id) ?? "", offsets: 0..<0, word: nil, special: true)
        }
      }
    }
    return result
  }
}
