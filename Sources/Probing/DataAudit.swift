/// Texts of a split that repeat one of another, or an earlier one of their own.
public struct TextRepeats: Sendable, Codable, Equatable {
  /// How much alike two texts are.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// To the letter.
    case exact
    /// But for case, white space and punctuation.
    case normalized
    /// Half or more of the word 5-grams of both are in common.
    case near
  }

  /// A text and the one that it repeats, by their ids.
  public struct Example: Sendable, Codable, Equatable {
    public var kind: Kind
    public var text: Int
    public var original: Int
  }

  public var split: Split
  /// The split of the texts that are repeated.
  public var original: Split
  /// All texts of `split`.
  public var texts: Int
  /// Those that repeat one, each counted where it is most alike.
  public var exact = 0
  public var normalized = 0
  public var near = 0
  /// Of `exact` and `normalized`: those with another label than the text they repeat.
  public var conflicting = 0
  /// The first two.
  public var examples: [Example] = []

  /// Texts that repeat one in any way.
  public var total: Int { exact + normalized + near }

  init(of split: Split, in original: Split, texts: Int) {
    (self.split, self.original, self.texts) = (split, original, texts)
  }

  fileprivate mutating func count(_ example: Example, isConflicting: Bool) {
    switch example.kind {
    case .exact: exact += 1
    case .normalized: normalized += 1
    case .near: near += 1
    }
    if isConflicting, example.kind != .near { conflicting += 1 }
    if examples.count < 2 { examples.append(example) }
  }
}

/// What a data set has that makes scores look better, or labels worse, than they are.
public struct DataAudit: Sendable, Codable, Equatable {
  /// Texts without a letter, digit or sign.
  public var empty: Int
  /// Within train, validation and test, and of later splits in earlier ones.
  public var repeats: [TextRepeats]

  /// Looks at all texts; takes time and memory in proportion to them.
  public init(_ data: DataSet) { self.init(data.texts) }

  init(_ texts: [LabelledText]) {
    empty = texts.count { $0.text.allSatisfy(\.isWhitespace) }
    repeats = []
    let shingles = TextShingles(texts)
    var earlier: [RepeatIndex] = []
    for split in Split.allCases {
      let members = texts.indices.filter { texts[$0].split == split }
      func audit(_ original: Split, _ find: (Int) -> RepeatIndex.Match?) {
        var repeats = TextRepeats(of: split, in: original, texts: members.count)
        for text in members {
          guard let match = find(text) else { continue }
          repeats.count(
            TextRepeats.Example(
              kind: match.kind, text: texts[text].id, original: texts[match.text].id),
            isConflicting: texts[text].label != texts[match.text].label)
        }
        self.repeats.append(repeats)
      }
      for index in earlier { audit(index.split) { index.match($0) } }
      let own = RepeatIndex(split, shingles, texts: members.count)
      audit(split) { own.matchOrAdd($0) }
      earlier.append(own)
    }
  }

  /// The repeats of one split in another, or in itself.
  public func repeats(of split: Split, in original: Split) -> TextRepeats? {
    repeats.first { $0.split == split && $0.original == original }
  }
}

/// Texts of a split by what finds their repeats.
private final class RepeatIndex {
  typealias Match = (kind: TextRepeats.Kind, text: Int)

  let split: Split
  private let shingles: TextShingles
  private var exact: FirstTexts
  private var normalized: FirstTexts
  /// For every gram, texts that have it among their rarest.
  private var holders: [[UInt32]]
  /// For every text, the last one that it was compared with.
  private var compared: [UInt32]

  /// Texts that are kept of a gram, the first ones: what a thousand texts begin with would compare
  /// each with each, to find one that is near as soon.
  private static let mostHolders = 64

  /// Makes room for `count` texts.
  init(_ split: Split, _ shingles: TextShingles, texts count: Int) {
    self.split = split
    self.shingles = shingles
    exact = FirstTexts(room: count)
    normalized = FirstTexts(room: count)
    holders = Array(repeating: [], count: shingles.ranks)
    compared = Array(repeating: .max, count: shingles.sizes.count)
  }

  /// A text that `text` repeats.
  func match(_ text: Int) -> Match? {
    if let original = exact.text(like: text, shingles.exact) { return (.exact, original) }
    if let original = normalized.text(like: text, shingles.normalized) {
      return (.normalized, original)
    }
    for gram in shingles.prefix(text) {
      for other in holders[Int(gram)] where compared[Int(other)] != UInt32(text) {
        compared[Int(other)] = UInt32(text)
        if shingles.isNear(text, Int(other)) { return (.near, Int(other)) }
      }
    }
    return nil
  }

  /// An earlier text that `text` repeats; later ones may repeat it in turn.
  func matchOrAdd(_ text: Int) -> Match? {
    let match = match(text)
    guard match?.kind != .exact else { return match }
    exact.add(text, shingles.exact)
    guard match?.kind != .normalized else { return match }
    normalized.add(text, shingles.normalized)
    for gram in shingles.prefix(text) where holders[Int(gram)].count < Self.mostHolders {
      holders[Int(gram)].append(UInt32(text))
    }
    return match
  }
}

/// Texts by a hash of each, which stands elsewhere: four bytes a place, of which a quarter or more stay free.
///
/// Source: open addressing with linear probing, Knuth, The Art of Computer Programming 3, 6.4.
private struct FirstTexts {
  private var places: [UInt32]

  init(room: Int) {
    let size = 1 << (Int.bitWidth - max(room + room / 3, 1).leadingZeroBitCount)
    places = Array(repeating: .max, count: size)
  }

  /// The text that was added with the hash of `text`, `hashes` holding those of all texts.
  func text(like text: Int, _ hashes: [UInt64]) -> Int? {
    let found = places[place(of: text, hashes)]
    return found == .max ? nil : Int(found)
  }

  /// Adds a text, of whose hash there was none.
  mutating func add(_ text: Int, _ hashes: [UInt64]) {
    places[place(of: text, hashes)] = UInt32(text)
  }

  /// Where a text of the same hash stands, or would.
  private func place(of text: Int, _ hashes: [UInt64]) -> Int {
    let hash = hashes[text]
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: (hash ^ hash >> 32) & UInt64(mask))
    while places[place] != .max, hashes[Int(places[place])] != hash { place = (place + 1) & mask }
    return place
  }
}
