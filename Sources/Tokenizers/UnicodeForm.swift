/// Unicode's normalization forms: `NFC`, `NFD`, `NFKC`, `NFKD`.
///
/// Source: the Unicode Standard, 3.11; places by the counting of `unicode-normalization-alignments`,
/// the crate that Hugging Face `tokenizers` uses.
struct UnicodeForm: Normalizer {
  static let nfc = UnicodeForm(composes: true, compatible: false)
  static let nfd = UnicodeForm(composes: false, compatible: false)
  static let nfkc = UnicodeForm(composes: true, compatible: true)
  static let nfkd = UnicodeForm(composes: false, compatible: true)

  private let composition: Composition
  let composes: Bool
  let isCompatible: Bool

  private init(composes: Bool, compatible: Bool) {
    self.composes = composes
    isCompatible = compatible
    composition = Composition(composes: composes, compatible: compatible)
  }

  func normalize(_ text: AlignedText) -> AlignedText {
    let bytes = text.bytes
    guard let first = bytes.firstIndex(where: { $0 >= 0x80 }) else { return text }
    var output = ScalarChanges(text)
    var index = 0
    var end = max(first - 1, 0)
    while true {
      output.append(ascii: index..<end)
      index = end
      if index == bytes.count { return output.text }
      // A run: an ASCII scalar, which marks may follow, and all beyond ASCII after it.
      end = bytes[index...].dropFirst().firstIndex { $0 < 0x80 } ?? bytes.count
      composition.apply(bytes, index..<end, to: &output)
      index = end
      let following = bytes[index...].firstIndex { $0 >= 0x80 }
      end = following.map { max($0 - 1, index) } ?? bytes.count
    }
  }
}

/// Decomposes and composes runs of scalars that nothing outside combines with.
private struct Composition: Sendable {
  private struct Item {
    var scalar: UInt32
    var combiningClass: UInt8
    /// As in `ScalarChanges`.
    var change: Int
  }

  /// Whether parts are joined again: the forms with a C.
  private let composes: Bool
  /// Decompositions that change what a scalar means: the forms with a K.
  private let compatibility: DecompositionMap?
  private let decompositions = UnicodeTables.decompositions
  private let combiningClasses = UnicodeTables.combiningClasses
  /// Composites by their two parts, Hangul syllables apart.
  private let composites: [UInt64: UInt32]
  /// Scalars that canonical composition may take away or change.
  private let unstable: Set<UInt32>

  init(composes: Bool, compatible: Bool) {
    self.composes = composes
    compatibility = compatible ? UnicodeTables.compatibility : nil
    var byParts: [[UInt32]: UInt32] = [:]
    let composed = decompositions.all.filter {
      $0.parts.count > 1 && !UnicodeTables.compositionExclusions.contains($0.scalar)
    }
    for entry in composed { byParts[entry.parts] = entry.scalar }
    var composites: [UInt64: UInt32] = [:]
    var unstable = Set(decompositions.all.map(\.scalar)).subtracting(composed.map(\.scalar))
    for entry in composed {
      let beginning = Array(entry.parts.dropLast())
      let first = beginning.count == 1 ? beginning[0] : byParts[beginning]
      guard let first, let last = entry.parts.last else { continue }
      composites[Self.pair(first, last)] = entry.scalar
      unstable.insert(last)
    }
    self.composites = composites
    self.unstable = unstable
  }

  private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  func apply(_ bytes: [UInt8], _ run: Range<Int>, to output: inout ScalarChanges) {
    var scalars: [UInt32] = []
    var index = run.lowerBound
    while index < run.upperBound {
      let (scalar, length) = decodeScalar(bytes, at: index)
      scalars.append(scalar)
      index += length
    }
    if scalars.allSatisfy(isStable) {
      for scalar in scalars { output.append(scalar, change: 0) }
    } else {
      let parts = decompose(scalars)
      for item in composes ? compose(parts) : parts {
        output.append(item.scalar, change: item.change)
      }
    }
  }

  /// What a scalar decomposes into, or nil if it stays.
  private func decomposition(_ scalar: UInt32) -> [UInt32]? {
    compatibility?(scalar) ?? decompositions(scalar)
  }

  /// Whether a scalar stays wherever it stands.
  private func isStable(_ scalar: UInt32) -> Bool {
    guard composes, compatibility?(scalar) == nil else {
      return combiningClasses(scalar) == 0 && decomposition(scalar) == nil
    }
    if scalar < 0x300 { return true }
    // Vowels and final consonants of Hangul combine with what stands before them.
    if (0x1161..<0x1176).contains(scalar) || (0x11A8..<0x11C3).contains(scalar) { return false }
    return combiningClasses(scalar) == 0 && !unstable.contains(scalar)
  }

  private func decompose(_ scalars: [UInt32]) -> [Item] {
    var items: [Item] = []
    for scalar in scalars {
      for (index, part) in (decomposition(scalar) ?? [scalar]).enumerated() {
        items.append(
          Item(scalar: part, combiningClass: combiningClasses(part), change: index > 0 ? 1 : 0))
      }
    }
    return reordered(items)
  }

  /// Sorts each run of marks by class, keeping the order of equals.
  private func reordered(_ items: [Item]) -> [Item] {
    var items = items
    var start = 0
    while start < items.count {
      let end = items[start...].firstIndex { $0.combiningClass == 0 } ?? items.count
      if end - start > 1 {
        // By index too, since Swift does not promise a stable sort.
        let sorted = items[start..<end].enumerated().sorted { a, b in
          (a.element.combiningClass, a.offset) < (b.element.combiningClass, b.offset)
        }
        items.replaceSubrange(start..<end, with: sorted.map(\.element))
      }
      start = end + 1
    }
    return items
  }

  /// Joins each starter with the marks and starters after it that nothing blocks.
  private func compose(_ items: [Item]) -> [Item] {
    var output: [Item] = []
    var starter: Int?
    for item in items {
      if let place = starter, let scalar = composite(output, place, item) {
        output[place].scalar = scalar
        output[place].change += item.change - 1
        continue
      }
      output.append(item)
      if item.combiningClass == 0 { starter = output.count - 1 }
    }
    return output
  }

  /// What an item and the starter before it become, unless something between them blocks it.
  private func composite(_ output: [Item], _ starter: Int, _ item: Item) -> UInt32? {
    if output.count - 1 > starter {
      let before = output[output.count - 1].combiningClass
      if before >= item.combiningClass { return nil }
    }
    return composite(output[starter].scalar, item.scalar)
  }

  private func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
      return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
    }
    if (0xAC00..<0xD7A4).contains(first), (first - 0xAC00) % 28 == 0,
      (0x11A8..<0x11C3).contains(second)
    {
      return first + second - 0x11A7
    }
    return composites[Self.pair(first, second)]
  }
}
