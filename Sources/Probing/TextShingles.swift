import Tensors

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
  private(set) var sizes: [UInt32] = []
  /// The grams of each text that other texts have too, as ranks: 0 is the rarest of all.
  private(set) var shared: [[UInt32]] = []
  /// Grams that have a rank.
  private(set) var ranks = 0

  static let gram = 5

  private struct Entry {
    var hash: UInt64
    var text: UInt32
  }

  /// Texts whose grams are at hand at a time.
  private static let chunk = 4096

  /// Reads the texts twice: most grams stand in one text alone, and are not kept.
  init(_ texts: [LabelledText], workers: Int = availableWorkers()) {
    for place in [\Self.exact, \.normalized] { self[keyPath: place].reserveCapacity(texts.count) }
    sizes.reserveCapacity(texts.count)
    var seen = GramFilter(letters: texts.reduce(0) { $0 + $1.text.utf8.count })
    forEachChunk(of: texts, workers) { text in
      let words = Self.words(of: text)
      let hash = text.utf8.reduce(into: WordHash()) { $0.add($1) }.value
      let normalized = words.isEmpty ? hash : Self.hash(words[...])
      return (exact: hash, normalized: normalized, grams: Self.grams(of: words))
    } take: { _, text in
      exact.append(text.exact)
      normalized.append(text.normalized)
      sizes.append(UInt32(text.grams.count))
      for gram in text.grams { seen.add(gram) }
    }
    var entries: [Entry] = []
    forEachChunk(of: texts, workers) { [seen] text in
      Self.grams(of: Self.words(of: text)).filter(seen.mayRepeat)
    } take: { number, grams in
      for gram in grams { entries.append(Entry(hash: gram, text: UInt32(number))) }
    }
    rank(&entries, texts: texts.count)
  }

  /// Works on the texts in parallel, and takes what comes of each in order.
  private func forEachChunk<Value: Sendable>(
    of texts: [LabelledText], _ workers: Int, _ work: @Sendable (String) -> Value,
    take: (Int, Value) -> Void
  ) {
    for start in stride(from: 0, to: texts.count, by: Self.chunk * workers) {
      let starts = stride(
        from: start, to: min(start + Self.chunk * workers, texts.count), by: Self.chunk
      ).map { $0 }
      let chunks = mapInParallel(count: starts.count, workers: workers) { job in
        texts[starts[job]..<min(starts[job] + Self.chunk, texts.count)].map { work($0.text) }
      }
      for (number, value) in chunks.joined().enumerated() { take(start + number, value) }
    }
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
    return common > 0 && 3 * common >= Int(sizes[a] + sizes[b])
  }

  /// The ranks of a text's rarest grams, one of which it must have in common with a text it is near.
  ///
  /// Source: Bayardo, Ma & Srikant 2007, "Scaling up all pairs similarity search".
  func prefix(_ text: Int) -> ArraySlice<UInt32> {
    let size = Int(sizes[text])
    let length = size - (size + 1) / 2 + 1
    let alone = size - shared[text].count
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

/// Which grams may stand in more than one text: all that do, and a few others.
///
/// Source: Bloom 1970, "Space/time trade-offs in hash coding with allowable errors", with one bit a
/// gram, twice.
private struct GramFilter {
  private var once: [UInt64]
  private var again: [UInt64]
  private let mask: UInt64

  /// Has a bit for two letters or fewer, which is some ten a gram.
  init(letters: Int) {
    let bits = (1 << 12)..<(1 << 30)
    let size = 1 << (Int.bitWidth - max(letters / 2, 1).leadingZeroBitCount)
    let words = min(max(size, bits.lowerBound), bits.upperBound) / 64
    once = Array(repeating: 0, count: words)
    again = once
    mask = UInt64(words * 64 - 1)
  }

  mutating func add(_ gram: UInt64) {
    let (word, bit) = place(gram)
    again[word] |= once[word] & bit
    once[word] |= bit
  }

  func mayRepeat(_ gram: UInt64) -> Bool {
    let (word, bit) = place(gram)
    return again[word] & bit != 0
  }

  private func place(_ gram: UInt64) -> (word: Int, bit: UInt64) {
    let slot = (gram ^ gram >> 32) & mask
    return (Int(slot >> 6), 1 << (slot & 63))
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
