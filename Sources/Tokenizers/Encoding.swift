/// What a text becomes: one entry a token in every list.
public struct Encoding: Sendable, Equatable {
  public var ids: [Int32] = []
  /// The vocabulary's own spelling, such as "##ing".
  public var tokens: [String] = []
  /// Bytes of the text's UTF-8; `0..<0` for tokens that the template added.
  public var offsets: [Range<Int>] = []
  /// The number of the pre-tokenized word, from 0; nil for tokens that the template added.
  public var words: [Int?] = []
  /// Whether the template added the token; a "[SEP]" in the text is not special in this sense.
  public var isSpecial: [Bool] = []
  /// Whether tokens were cut off at the end to stay within a limit.
  public var truncated = false

  public init() {}

  /// The number of tokens.
  public var count: Int { ids.count }
}

extension Encoding {
  @inline(__always)
  mutating func append(
    id: Int32, token: String, offsets range: Range<Int>, word: Int?, special: Bool = false
  ) {
    ids.append(id)
    tokens.append(token)
    offsets.append(range)
    words.append(word)
    isSpecial.append(special)
  }

  mutating func append(_ other: Encoding) {
    ids += other.ids
    tokens += other.tokens
    offsets += other.offsets
    words += other.words
    isSpecial += other.isSpecial
  }

  mutating func removeLast(_ count: Int) { remove(self.count - count..<self.count) }

  private mutating func remove(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    ids.removeSubrange(range)
    tokens.removeSubrange(range)
    offsets.removeSubrange(range)
    words.removeSubrange(range)
    isSpecial.removeSubrange(range)
  }

  /// Cuts tokens off at the end, or at the start; a count below 0 is taken as 0.
  mutating func truncate(to count: Int, atStart: Bool = false) {
    let kept = max(count, 0)
    guard kept < self.count else { return }
    remove(atStart ? 0..<self.count - kept : kept..<self.count)
    truncated = true
  }
}
