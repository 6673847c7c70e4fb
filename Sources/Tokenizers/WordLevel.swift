/// Whole words: each is a piece or unknown.
///
/// Source: `models/wordlevel/mod.rs` of Hugging Face `tokenizers`.
struct WordLevel: Model {
  let vocabulary: Vocabulary
  let unknown: Int32

  var unknownID: Int32? { unknown }

  func tokenize(
    _ words: [Range<Int>], of text: AlignedText, firstWord: Int, into encoding: inout Encoding
  ) {
    for (index, word) in words.enumerated() {
      let id =
        vocabulary.table.find(
          hash: ByteTable.hash(text.bytes[word]), bytes: text.bytes, range: word) ?? unknown
      encoding.append(
        id: id, token: vocabulary.piece(id) ?? "", offsets: text.sourceRange(word),
        word: firstWord + index)
    }
  }
}
