/// Byte-level byte-pair encoding (GPT-2, RoBERTa, GPT-NeoX).
///
/// Words are bytes, one symbol each at first; of all neighbours that a merge joins, those of the
/// earliest merge are joined, the leftmost first, until none is left. Every byte has a piece, so
/// nothing is unknown, and the settings for what is unknown have no effect.
/// Source: `models/bpe` of Hugging Face `tokenizers`; Sennrich et al. 2016, arXiv:1508.07909.
struct BPE: Model {
  let vocabulary: Vocabulary
  let unknownID: Int32?
  private let merges: MergeTable
  /// The piece of each byte.
  private let byteIDs: [Int32]
  /// Words that are one piece, by their bytes.
  private let wholeWords: ByteTable

  /// Takes the piece of each of the 256 bytes; with `ignoreMerges`, a word that is a piece stays one
  /// even if no merges lead to it.
  init(
    vocabulary: Vocabulary, unknown: Int32?, merges: MergeTable, byteIDs: [Int32],
    ignoreMerges: Bool
  ) {
    self.vocabulary = vocabulary
    unknownID = unknown
    self.merges = merges
    self.byteIDs = byteIDs
    wholeWords = Self.wholeWords(vocabulary, merges, byteIDs, ignoreMerges)
  }

  /// The pieces that their own bytes are merged into: most words of a text are such a piece.
  private static func wholeWords(
    _ vocabulary: Vocabulary, _ merges: MergeTable, _ byteIDs: [Int32], _ ignoreMerges: Bool
  ) -> ByteTable {
    var table = ByteTable(capacity: vocabulary.count)
    var merger = Merger(merges, byteIDs)
    for id in 0..<Int32(vocabulary.size) {
      guard let piece = vocabulary.piece(id), let bytes = ByteAlphabet.decode(Array(piece.utf8))
      else { continue }
      if !ignoreMerges {
        merger.merge(bytes, 0..<bytes.count)
        guard merger.symbols.count == 1, merger.symbols[0].id == id else { continue }
      }
      _ = table.insert(bytes, id: id)
    }
    return table
  }

  func tokenize(
    _ words: [Range<Int>], of text: AlignedText, firstWord: Int, into encoding: inout Encoding
  ) {
    var merger = Merger(merges, byteIDs)
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
