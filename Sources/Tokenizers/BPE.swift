/// Byte-pair encoding, of bytes or of characters; `BPEAlphabet` says which.
///
/// Words are symbols, at first one for each byte or character; of all neighbours that a merge joins,
/// those of the earliest merge are joined, the leftmost first, until none is left.
/// Source: `models/bpe` of Hugging Face `tokenizers`; Sennrich et al. 2016, arXiv:1508.07909.
struct BPE: Model {
  let vocabulary: Vocabulary
  let unknownID: Int32?
  private let merges: MergeTable
  private let alphabet: BPEAlphabet
  /// Words that are one piece, by their bytes.
  private let wholeWords: ByteTable

  /// Takes a vocabulary and its merges; with `ignoreMerges`, a word that is a piece stays one even
  /// if no merges lead to it.
  init(
    vocabulary: Vocabulary, unknown: Int32?, merges: MergeTable, alphabet: BPEAlphabet,
    ignoreMerges: Bool
  ) {
    self.vocabulary = vocabulary
    unknownID = unknown
    self.merges = merges
    self.alphabet = alphabet
    wholeWords = Self.wholeWords(vocabulary, merges, alphabet, ignoreMerges)
  }

  /// The pieces that their own symbols are merged into: most words of a text are such a piece.
  private static func wholeWords(
    _ vocabulary: Vocabulary, _ merges: MergeTable, _ alphabet: BPEAlphabet, _ ignoreMerges: Bool
  ) -> ByteTable {
    var table = ByteTable(capacity: vocabulary.count)
    var merger = Merger(merges, alphabet)
    let pieces = (0..<Int32(vocabulary.size)).compactMap { id in
      vocabulary.piece(id).map { (id, Array($0.utf8)) }
    }
    for (id, piece) in pieces where ignoreMerges {
      if let word = alphabet.spelling(of: piece) { _ = table.insert(word, id: id) }
    }
    for (id, piece) in pieces {
      guard let word = alphabet.word(of: piece) else { continue }
      merger.merge(word, 0..<word.count)
      guard merger.symbols.count == 1, merger.symbols[0].id == id else { continue }
      _ = table.insert(word, id: id)
    }
    return table
  }

  func tokenize(
    _ words: [Range<Int>], of text: AlignedText, firstWord: Int, into encoding: inout Encoding
  ) {
    var merger = Merger(merges, alphabet)
    for (index, word) in words.enumerated() {
      let number = firstWord + index
      if let id = wholeWord(text.bytes, word) {
        append(id, word, of: text, number: number, &encoding)
        continue
      }
      merger.merge(text.bytes, word)
      for symbol in merger.symbols {
        append(symbol.id, symbol.range, of: text, number: number, &encoding)
      }
    }
  }

  @inline(__always)
  private func wholeWord(_ bytes: [UInt8], _ word: Range<Int>) -> Int32? {
    guard word.count <= wholeWords.maxLength else { return nil }
    var hash = ByteTable.seed
    for index in word { hash = ByteTable.extend(hash, bytes[index]) }
    return wholeWords.find(hash: hash, bytes: bytes, range: word)
  }

  @inline(__always)
  private func append(
    _ id: Int32, _ range: Range<Int>, of text: AlignedText, number: Int,
    _ encoding: inout Encoding
  ) {
    encoding.append(
      id: id, token: vocabulary.piece(id) ?? "", offsets: text.sourceRange(range), word: number)
  }
}
