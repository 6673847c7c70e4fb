/// Turns the spelling of one piece into the text that it stands for, for display.
///
/// Part of a scalar becomes U+FFFD.
enum PieceDecoder: Sendable, Equatable {
  /// Pieces are text, but for "##" before those inside a word.
  case plain
  /// Pieces spell bytes.
  case byteLevel
  /// Pieces have this for a space.
  case metaspace([UInt8])

  init(_ preTokenizer: any PreTokenizer) {
    if let sequence = preTokenizer as? PreTokenizerSequence, let last = sequence.stages.last {
      self.init(last)
    } else if let metaspace = preTokenizer as? Metaspace {
      self = .metaspace(metaspace.replacement)
    } else {
      self = preTokenizer is ByteLevel ? .byteLevel : .plain
    }
  }

  func text(of piece: String) -> String {
    switch self {
    case .plain:
      let isInner = piece.utf8.starts(with: "##".utf8) && piece.utf8.count > 2
      return isInner ? String(decoding: piece.utf8.dropFirst(2), as: UTF8.self) : piece
    case .byteLevel:
      return ByteAlphabet.decode(Array(piece.utf8)).map { String(decoding: $0, as: UTF8.self) }
        ?? piece
    case .metaspace(let replacement):
      let text = AlignedText(Array(piece.utf8), 0..<piece.utf8.count)
      let replaced = Replace(pattern: .literal(replacement), content: [0x20]).normalize(text)
      return String(decoding: replaced.bytes, as: UTF8.self)
    }
  }
}
