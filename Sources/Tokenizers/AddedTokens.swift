/// Tokens that are cut out of the text before the model sees it, such as "[MASK]".
///
/// A text that spells one gets its id, as in Hugging Face `tokenizers`: whoever writes the text can
/// write special tokens.
/// Source: `tokenizer/added_vocabulary.rs` of `tokenizers`.
struct AddedTokens: Sendable {
  /// One entry of `added_tokens`, with the flags' names in the file.
  struct Token: Sendable, Equatable {
    var id: Int32
    var content: [UInt8]
    /// Only where no word character touches it.
    var singleWord = false
    /// Takes the white space before it.
    var lstrip = false
    /// Takes the white space after it.
    var rstrip = false
    /// Looked for in the normalized text, not in the raw text.
    var normalized = false
  }

  /// A part of the text: a token, or what lies between tokens.
  struct Section: Equatable {
    var range: Range<Int>
    /// nil for text.
    var id: Int32?
  }

  private let raw: Matcher
  private let normalized: Matcher

  /// What they are, by id.
  var tokens: [Token] { (raw.tokens + normalized.tokens).sorted { $0.id < $1.id } }
  /// A token of which the normalizer leaves nothing.
  let vanished: Token?

  /// Whether any token is looked for in normalized text.
  var hasNormalized: Bool { !normalized.isEmpty }

  init(_ tokens: [Token], normalizer: any Normalizer) {
    raw = Matcher(tokens.filter { !$0.normalized }) { $0.content }
    func spelling(_ token: Token) -> [UInt8] {
      normalizer.normalize(token.content, 0..<token.content.count).bytes
    }
    normalized = Matcher(tokens.filter(\.normalized), pattern: spelling)
    vanished = tokens.first { $0.normalized && spelling($0).isEmpty }
  }

  /// The sections of the raw text; empty text has none.
  func sections(ofRaw bytes: [UInt8]) -> [Section] { raw.sections(of: bytes) }

  /// The sections of a normalized part; empty text has none.
  func sections(ofNormalized bytes: [UInt8]) -> [Section] { normalized.sections(of: bytes) }
}

/// Finds a set of byte strings, the leftmost and then the longest, none over another.
private struct Matcher: Sendable {
  let tokens: [AddedTokens.Token]
  private let trie: PieceTrie
  private let wordScalars = UnicodeTables.wordScalars
  private let whitespace = UnicodeTables.whitespace

  var isEmpty: Bool { tokens.isEmpty }

  init(_ tokens: [AddedTokens.Token], pattern: (AddedTokens.Token) -> [UInt8]) {
    self.tokens = tokens
    var table = ByteTable(capacity: tokens.count)
    var patterns: [(bytes: [UInt8], id: Int32)] = []
    for (index, token) in tokens.enumerated() {
      // Of tokens with one normal form the first counts.
      let bytes = pattern(token)
      if table.insert(bytes, id: 0) == nil { patterns.append((bytes, Int32(index))) }
    }
    trie = PieceTrie(patterns)
  }

  func sections(of bytes: [UInt8]) -> [AddedTokens.Section] {
    if bytes.isEmpty { return [] }
    var sections: [AddedTokens.Section] = []
    var textStart = 0
    var index = 0
    while let (token, range) = isEmpty ? nil : nextMatch(in: bytes, from: index) {
      index = range.upperBound
      if token.singleWord, !standsAlone(range, in: bytes) { continue }
      let start =
        token.lstrip ? max(textStart, spaceStart(bytes, range.lowerBound)) : range.lowerBound
      let end = token.rstrip ? spaceEnd(bytes, range.upperBound) : range.upperBound
      if textStart < start { sections.append(.init(range: textStart..<start, id: nil)) }
      sections.append(.init(range: start..<end, id: token.id))
      textStart = end
    }
    if textStart < bytes.count {
      sections.append(.init(range: textStart..<bytes.count, id: nil))
    }
    return sections
  }

  private func nextMatch(
    in bytes: [UInt8], from start: Int
  ) -> (token: AddedTokens.Token, range: Range<Int>)? {
    for index in start..<bytes.count {
      if let (id, end) = trie.longest(in: bytes, at: index) {
        return (tokens[Int(id)], index..<end)
      }
    }
    return nil
  }

  private func standsAlone(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
    if range.lowerBound > 0,
      wordScalars.contains(decodeScalar(bytes, endingAt: range.lowerBound).scalar)
    {
      return false
    }
    return range.upperBound == bytes.count
      || !wordScalars.contains(decodeScalar(bytes, at: range.upperBound).scalar)
  }

  /// Where the white space before a byte begins.
  private func spaceStart(_ bytes: [UInt8], _ end: Int) -> Int {
    var start = end
    while start > 0 {
      let (scalar, length) = decodeScalar(bytes, endingAt: start)
      guard whitespace.contains(scalar) else { break }
      start -= length
    }
    return start
  }

  /// Where the white space at a byte ends.
  private func spaceEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    var end = start
    while end < bytes.count {
      let (scalar, length) = decodeScalar(bytes, at: end)
      guard whitespace.contains(scalar) else { break }
      end += length
    }
    return end
  }
}
