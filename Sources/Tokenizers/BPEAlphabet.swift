/// What a byte-pair encoding begins with: the symbols of a word before any merge.
enum BPEAlphabet: Sendable {
  /// A piece for each byte, so that nothing is unknown: GPT-2, RoBERTa, GPT-NeoX.
  case bytes([Int32])
  /// A piece for each character, as far as the vocabulary has one.
  case characters(CharacterAlphabet)

  /// Appends the symbols of a word.
  @inline(__always)
  func spell(_ bytes: [UInt8], _ word: Range<Int>, into symbols: inout [Merger.Symbol]) {
    switch self {
    case .bytes(let ids):
      for index in word {
        symbols.append(Merger.Symbol(id: ids[Int(bytes[index])], range: index..<index + 1))
      }
    case .characters(let alphabet):
      alphabet.spell(bytes, word, into: &symbols)
    }
  }

  /// The bytes of a text that look like a piece.
  func spelling(of piece: [UInt8]) -> [UInt8]? {
    if case .bytes = self { ByteAlphabet.decode(piece) } else { piece }
  }

  /// The word that merges might lead to a piece from; nil if there can be none.
  func word(of piece: [UInt8]) -> [UInt8]? {
    switch self {
    case .bytes: ByteAlphabet.decode(piece)
    case .characters(let alphabet): alphabet.word(of: piece)
    }
  }
}

/// The characters of a vocabulary, with marks for where in a word they stand.
///
/// Source: `BPE::merge_word` in `models/bpe/model.rs` of Hugging Face `tokenizers`.
struct CharacterAlphabet: Sendable {
  let vocabulary: Vocabulary
  /// What a character inside a word has before it in the vocabulary: `continuing_subword_prefix`.
  var prefix: [UInt8] = []
  /// What the last character of a word has behind it: `end_of_word_suffix`.
  var suffix: [UInt8] = []
  /// The piece of what is unknown; without one it is dropped.
  var unknown: Int32?
  /// Whether unknown neighbours are one symbol: `fuse_unk`.
  var fusesUnknown = false
  /// The pieces of bytes, `<0x0A>`, which stand for unknown characters; none where empty.
  var fallback: [Int32?] = []

  /// As in the library, lengths alone say what bytes a symbol has, though after one that was
  /// dropped they no longer fit; and an unknown symbol waits for the next known character, though
  /// bytes that stand for another one overtake it.
  func spell(_ bytes: [UInt8], _ word: Range<Int>, into symbols: inout [Merger.Symbol]) {
    var end = word.lowerBound
    func append(_ id: Int32, _ length: Int) {
      symbols.append(Merger.Symbol(id: id, range: end..<end + length))
      end += length
    }
    var waiting = 0
    var index = word.lowerBound
    while index < word.upperBound {
      let length = decodeScalar(bytes, at: index).length
      let character = bytes[index..<index + length]
      let known = piece(
        of: character, isFirst: index == word.lowerBound, isLast: index + length == word.upperBound)
      index += length
      if let known {
        if let unknown, waiting > 0 { append(unknown, waiting) }
        waiting = 0
        append(known, length)
      } else if let ids = bytePieces(of: character) {
        for id in ids { append(id, 1) }
      } else if let unknown {
        if waiting > 0, !fusesUnknown {
          append(unknown, waiting)
          waiting = 0
        }
        waiting += length
      }
    }
    if let unknown, waiting > 0 { append(unknown, waiting) }
  }

  private func piece(of character: ArraySlice<UInt8>, isFirst: Bool, isLast: Bool) -> Int32? {
    vocabulary[(isFirst ? [] : prefix) + character + (isLast ? suffix : [])]
  }

  /// A piece for each byte, or nil if one of them has none.
  private func bytePieces(of character: ArraySlice<UInt8>) -> [Int32]? {
    if fallback.isEmpty { return nil }
    let ids = character.compactMap { fallback[Int($0)] }
    return ids.count == character.count ? ids : nil
  }

  func word(of piece: [UInt8]) -> [UInt8]? {
    guard piece.count > suffix.count, piece.suffix(suffix.count).elementsEqual(suffix) else {
      return nil
    }
    return piece.dropLast(suffix.count)
  }
}
