/// Greedy longest-match-first word pieces (BERT, DistilBERT).
///
/// Source: `models/wordpiece/mod.rs` of Hugging Face `tokenizers`; Devlin et al. 2019,
/// arXiv:1810.04805, section 3.
struct WordPiece: Model {
  let vocabulary: Vocabulary
  private let unknown: Int32
  /// What pieces inside a word begin with in the vocabulary, "##".
  private let prefix: [UInt8]
  private let prefixHash: UInt64
  /// Longer words, in scalars, are unknown as a whole.
  private let maxInputCharsPerWord: Int

  var unknownID: Int32? { unknown }

  init(vocabulary: Vocabulary, unknown: Int32, prefix: [UInt8], maxInputCharsPerWord: Int) {
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.prefix = prefix
    self.prefixHash = ByteTable.hash(prefix)
    self.maxInputCharsPerWord = maxInputCharsPerWord
  }

  func tokenize(
    _ words: [Range<Int>], of text: AlignedText, firstWord: Int, into encoding: inout Encoding
  ) {
    var hashes: [UInt64] = []
    for (index, word) in words.enumerated() {
      let number = firstWord + index
      let before = encoding.count
      if covers(word, of: text, number: number, &hashes, &encoding) { continue }
      encoding.removeLast(encoding.count - before)
      append(unknown, word, of: text, number: number, &encoding)
    }
  }

  /// Appends the pieces of a word; stops and returns false where none fits.
  @inline(__always)
  private func covers(
    _ word: Range<Int>, of text: AlignedText, number: Int, _ hashes: inout [UInt64],
    _ encoding: inout Encoding
  ) -> Bool {
    if isTooLong(word, of: text) { return false }
    var start = word.lowerBound
    while start < word.upperBound {
      guard
        let (id, end) = longestPiece(
          in: text.bytes, start..<word.upperBound, inside: start > word.lowerBound, &hashes)
      else { return false }
      append(id, start..<end, of: text, number: number, &encoding)
      start = end
    }
    return true
  }

  /// The longest piece at the beginning of what is left of a word, and where it ends.
  @inline(__always)
  private func longestPiece(
    in bytes: [UInt8], _ rest: Range<Int>, inside: Bool, _ hashes: inout [UInt64]
  ) -> (id: Int32, end: Int)? {
    let before = inside ? prefix : []
    let longest = min(rest.count, vocabulary.table.maxLength - before.count)
    guard longest > 0 else { return nil }
    var hash = inside ? prefixHash : ByteTable.seed
    hashes.removeAll(keepingCapacity: true)
    for index in rest.lowerBound..<rest.lowerBound + longest {
      hash = ByteTable.extend(hash, bytes[index])
      hashes.append(hash)
    }
    // Ends inside a scalar need no check: every piece is whole UTF-8, so none matches there.
    for length in stride(from: longest, to: 0, by: -1) {
      let range = rest.lowerBound..<rest.lowerBound + length
      if let id = vocabulary.table.find(
        hash: hashes[length - 1], prefix: before, bytes: bytes, range: range)
      {
        return (id, range.upperBound)
      }
    }
    return nil
  }

  private func isTooLong(_ word: Range<Int>, of text: AlignedText) -> Bool {
    guard word.count > maxInputCharsPerWord else { return false }
    let scalars = text.bytes[word].count { $0 & 0xC0 != 0x80 }
    return scalars > maxInputCharsPerWord
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
