/// SentencePiece's precompiled character map: short byte strings and what replaces them.
///
/// The file has the bytes of a double-array trie (Darts-clone) and then all replacements, each
/// with a zero byte at its end.
/// Source: `src/normalizer.cc` of SentencePiece; the crate `spm_precompiled`, whose lookup takes
/// the shortest entry that a string begins with, not the longest.
struct CharacterMap: Sendable {
  /// Why some bytes are no character map.
  struct Fault: Error, Equatable {
    var reason: String
  }

  private let units: [UInt32]
  private let replacements: [UInt8]

  /// - Throws: `Fault` if the bytes end too early, the replacements are not UTF-8, or the trie leads
  ///   outside itself or outside the replacements.
  init(_ bytes: [UInt8]) throws(Fault) {
    guard bytes.count >= 4 else { throw Fault(reason: "shorter than its header") }
    let size = Int(Self.number(bytes, at: 0))
    guard size % 4 == 0, size > 0 else { throw Fault(reason: "a trie of \(size) bytes") }
    guard size <= bytes.count - 4 else { throw Fault(reason: "cut off inside its trie") }
    units = stride(from: 4, to: 4 + size, by: 4).map { Self.number(bytes, at: $0) }
    replacements = Array(bytes[(4 + size)...])
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: replacements.span)
    } catch {
      throw Fault(reason: "replacements that are not UTF-8")
    }
    try check()
  }

  /// The length of the longest replacement in bytes.
  var longest: Int { replacements.split(separator: 0).map(\.count).max() ?? 0 }

  private static func number(_ bytes: [UInt8], at index: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << (8 * UInt32($1)) }
  }

  /// What replaces the shortest entry that some bytes begin with, or nil if there is none.
  func replacement(for bytes: [UInt8], _ range: Range<Int>) -> ArraySlice<UInt8>? {
    var node = Self.offset(units[0])
    for index in range {
      let byte = bytes[index]
      if byte == 0 { return nil }
      node ^= Int(byte)
      let unit = units[node]
      guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
      node ^= Self.offset(unit)
      if Self.hasLeaf(unit) { return replacement(at: Self.value(units[node])) }
    }
    return nil
  }

  private func replacement(at start: Int) -> ArraySlice<UInt8> {
    let end = replacements[start...].firstIndex(of: 0) ?? replacements.count
    return replacements[start..<end]
  }

  private static func offset(_ unit: UInt32) -> Int {
    Int(unit >> 10) << ((unit & 1 << 9) >> 6)
  }

  private static func hasLeaf(_ unit: UInt32) -> Bool { unit & 1 << 8 != 0 }

  private static func value(_ unit: UInt32) -> Int { Int(unit & 0x7FFF_FFFF) }

  /// Walks the whole trie, so that a lookup can go nowhere else.
  private func check() throws(Fault) {
    var seen = Array(repeating: false, count: units.count)
    var bases = [try checkedBase(0, leaf: false)]
    while let base = bases.popLast() {
      for byte in 1..<256 {
        let node = base ^ byte
        guard !seen[node], units[node] & 0x8000_00FF == UInt32(byte) else { continue }
        seen[node] = true
        let leaf = Self.hasLeaf(units[node])
        bases.append(try checkedBase(node ^ Self.offset(units[node]), leaf: leaf))
      }
    }
  }

  /// Where the children of a node are, if their block of 256 is inside the trie.
  private func checkedBase(_ node: Int, leaf: Bool) throws(Fault) -> Int {
    let base = node == 0 ? Self.offset(units[0]) : node
    guard base | 0xFF < units.count else { throw Fault(reason: "a trie that leads outside itself") }
    if leaf {
      let start = Self.value(units[base])
      // Not inside a scalar either: replacements are read as UTF-8.
      guard start < replacements.count, replacements[start] & 0xC0 != 0x80 else {
        throw Fault(reason: "an entry whose replacement is not there")
      }
    }
    return base
  }
}
