/// Cuts a text where a pattern matches: `Split`, `Punctuation`, `Digits`, `CharDelimiterSplit`.
///
/// Source: `NormalizedString::split` of Hugging Face `tokenizers`.
struct PatternSplit: CuttingPreTokenizer {
  enum Pattern: Sendable {
    /// Bytes as they are; not empty.
    case literal([UInt8])
    /// Each scalar of a set by itself.
    case scalars(ScalarSet)
  }

  /// What becomes of a match: the library's `SplitDelimiterBehavior`.
  enum Behavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    /// One word for neighbours that match, and one for what lies between matches.
    case contiguous = "Contiguous"
  }

  let pattern: Pattern
  let behavior: Behavior
  /// Whether what lies between matches counts as matched, and the matches do not.
  var isInverted = false

  private struct Piece {
    var range: Range<Int>
    var isMatch: Bool
  }

  func split(_ text: AlignedText, _ part: Range<Int>) -> [Range<Int>] {
    let pieces = pieces(text.bytes, part)
    switch behavior {
    case .removed: return pieces.filter { !$0.isMatch }.map(\.range)
    case .isolated: return pieces.map(\.range)
    case .contiguous: return joined(pieces) { $0.isMatch == $1.isMatch }
    case .mergedWithPrevious: return joined(pieces) { !$0.isMatch && $1.isMatch }
    case .mergedWithNext:
      // From behind: of several matches before a word only the last belongs to it.
      var words: [Range<Int>] = []
      for (place, piece) in pieces.enumerated().reversed() {
        let isLast = place == pieces.count - 1
        if piece.isMatch, !isLast, !pieces[place + 1].isMatch, let next = words.last {
          words[words.count - 1] = piece.range.lowerBound..<next.upperBound
        } else {
          words.append(piece.range)
        }
      }
      return words.reversed()
    }
  }

  /// The ranges of pieces, each joined to the one before if `joins` says so of the two.
  private func joined(
    _ pieces: [Piece], if joins: (_ before: Piece, _ piece: Piece) -> Bool
  ) -> [Range<Int>] {
    var words: [Range<Int>] = []
    for (place, piece) in pieces.enumerated() {
      if place > 0, joins(pieces[place - 1], piece), let last = words.last {
        words[words.count - 1] = last.lowerBound..<piece.range.upperBound
      } else {
        words.append(piece.range)
      }
    }
    return words
  }

  /// The matches and what lies between them, in order; none is empty.
  private func pieces(_ bytes: [UInt8], _ part: Range<Int>) -> [Piece] {
    var pieces: [Piece] = []
    var start = part.lowerBound
    var index = start
    while index < part.upperBound {
      let length = matchLength(bytes, index..<part.upperBound)
      guard length > 0 else {
        index += decodeScalar(bytes, at: index).length
        continue
      }
      if start < index { pieces.append(Piece(range: start..<index, isMatch: isInverted)) }
      pieces.append(Piece(range: index..<index + length, isMatch: !isInverted))
      index += length
      start = index
    }
    if start < index { pieces.append(Piece(range: start..<index, isMatch: isInverted)) }
    return pieces
  }

  /// The length of a match at the start of a rest; 0 for none.
  @inline(__always)
  private func matchLength(_ bytes: [UInt8], _ rest: Range<Int>) -> Int {
    switch pattern {
    case .literal(let literal):
      return bytes[rest].starts(with: literal) ? literal.count : 0
    case .scalars(let set):
      let (scalar, length) = decodeScalar(bytes, at: rest.lowerBound)
      return set.contains(scalar) ? length : 0
    }
  }
}
