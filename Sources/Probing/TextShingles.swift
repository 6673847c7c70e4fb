/// Texts as sets of word 5-grams, by which texts that are nearly the same are told.
///
/// Words are runs of letters and digits in lower case, an ideograph is a word; all else separates.
/// A text of fewer than five words is one gram. Grams and texts are known by 64-bit hashes.
/// Source: Broder 1997, "On the resemblance and containment of documents".
struct TextShingles: Sendable {
  /// A hash of each text as it is.
  private(set) var exact: [UInt64] = []
  /// A hash of each text's words, or of the text where it has none.
  private(set) var normalized: [UInt64] = []
  /// Different grams of each text.
  private(set) var sizes: [Int] = []
  /// The grams of each text that other texts have too, as ranks: 0 is the rarest of all.
  private(set) var shared: [[UInt32]] = []
  /// Grams that have a rank.
  private(set) var ranks = 0

  static let gram = 5

  private struct Entry {
    var hash: UInt64
    var text: UInt32
  }

  init(_ texts: [String]) {
    var entries: [Entry] = []
    for (number, text) in texts.enumerated() {
      let words = Self.words(of: text)
      let hash = text.utf8.reduce(into: WordHash()) { $0.add($1) }.value
      exact.append(hash)
      normalized.append(words.isEmpty ? hash : Self.hash(words[...]))
      let grams = Self.grams(of: words)
      sizes.append(grams.count)
      for gram in grams { entries.append(Entry(hash: gram, text: UInt32(number))) }
    }
    rank(&entries, texts: texts.count)
  }

  /// Gives every gram of two texts or more its rank, by how many texts have it.
  private mutating func rank(_ entries: inout [Entry], texts: Int) {
    entries.sort { ($0.hash, $0.text) < ($1.hash, $1.text) }
    var runs: [Range<Int>] = []
    var start = 0
    for end in entries.indices.dropFirst() where entries[end].hash != entries[start].hash {
      if end - start > 1 { runs.append(start..<end) }
      start = end
    }
    if entries.count - start > 1 { runs.append(start..<entries.count) }
    runs.sort { ($0.count, $0.lowerBound) < ($1.count, $1.lowerBound) }
    shared = Array(repeating: [], count: texts)
    for (rank, run) in runs.enumerated() {
      for entry in entries[run] { shared[Int(entry.text)].append(UInt32(rank)) }
    }
    ranks = runs.count
  }

  /// Grams in common, of all grams of two texts, is at least a half.
  func isNear(_ a: Int, _ b: Int) -> Bool {
    guard 2 * min(sizes[a], sizes[b]) >= max(sizes[a], sizes[b]) else { return false }
    let (x, y) = (shared[a], shared[b])
    var (i, j, common) = (0, 0, 0)
    while i < x.count, j < y.count {
      if x[i] == y[j] { common += 1 }
      let step = x[i]
      if step <= y[j] { i += 1 }
      if step >= y[j] { j += 1 }
    }
    return common > 0 && 3 * common >= sizes[a] + sizes[b]
  }

  /// The ranks of a text's rarest grams, one of which it must have in common with a text it is near.
  ///
  /// Source: Bayardo, Ma & Srikant 2007, "Scaling up all pairs similarity search".
  func prefix(_ text: Int) -> ArraySlice<UInt32> {
    let length = sizes[text] - (sizes[text] + 1) / 2 + 1
    let alone = sizes[text] - shared[text].count
    return shared[text].prefix(max(0, length - alone))
  }

  // MARK: Words and grams

  /// The hash of each word.
  private static func words(of text: String) -> [UInt64] {
    var words: [UInt64] = []
    var word = WordHash()
    func end() {
      if !word.isEmpty { words.append(word.value) }
      word = WordHash()
    }
    for scalar in text.lowercased().unicodeScalars {
      if scalar.isASCII {
        let byte = UInt8(truncatingIfNeeded: scalar.value)
        let isWord =
          UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        if isWord { word.add(byte) } else { end() }
      } else if scalar.properties.isIdeographic {
        end()
        word.add(scalar)
        end()
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || scalar.properties.generalCategory == .nonspacingMark
      {
        word.add(scalar)
      } else {
        end()
      }
    }
    end()
    return words
  }

  /// The hashes of all grams, each once.
  private static func grams(of words: [UInt64]) -> [UInt64] {
    guard words.count > gram else { return words.isEmpty ? [] : [hash(words[...])] }
    var grams = (0...words.count - gram).map { hash(words[$0..<$0 + gram]) }
    grams.sort()
    var kept = 0
    for index in grams.indices where index == 0 || grams[index] != grams[kept - 1] {
      grams[kept] = grams[index]
      kept += 1
    }
    return Array(grams[..<kept])
  }

  private static func hash(_ words: ArraySlice<UInt64>) -> UInt64 {
    words.reduce(UInt64(words.count)) { hash, word in
      let mixed = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
      return mixed ^ mixed >> 29
    }
  }
}

/// Fowler, Noll & Vo's hash FNV-1a of 64 bits.
private struct WordHash {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var isEmpty = true

  mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    isEmpty = false
  }

  mutating func add(_ scalar: Unicode.Scalar) {
    for shift in stride(from: 0, to: 32, by: 8) {
      add(UInt8(truncatingIfNeeded: scalar.value >> UInt32(shift)))
    }
  }
}
