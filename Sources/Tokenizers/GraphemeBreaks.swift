/// Extended grapheme clusters, by the tables of the library, which may not be those of Swift.
///
/// Source: Unicode Standard Annex 29, section 3.1.
struct GraphemeBreaks: Sendable {
  static let shared = GraphemeBreaks()

  private enum Kind {
    case other
    case carriageReturn
    case lineFeed
    case control
    case extend
    case nonJoiner
    case joiner
    case spacingMark
    case prepend
    case pictograph
    case consonant
    case linker
    case regional
    case leading
    case vowel
    case trailing
    case openSyllable
    case closedSyllable
  }

  /// By scalar, up to U+FFFF.
  private let plane: [Kind]

  private init() {
    plane = (0..<0x10000).map { Self.classify($0) }
  }

  private static func classify(_ scalar: UInt32) -> Kind {
    switch scalar {
    case 0x0A: .lineFeed
    case 0x0D: .carriageReturn
    case 0x200C: .nonJoiner
    case 0x200D: .joiner
    case 0x1F1E6...0x1F1FF: .regional
    case 0x1100...0x115F, 0xA960...0xA97C: .leading
    case 0x1160...0x11A7, 0xD7B0...0xD7C6: .vowel
    case 0x11A8...0x11FF, 0xD7CB...0xD7FB: .trailing
    case 0xAC00...0xD7A3: (scalar - 0xAC00) % 28 == 0 ? .openSyllable : .closedSyllable
    case _ where UnicodeTables.graphemeControls.contains(scalar): .control
    case _ where UnicodeTables.conjunctLinkers.contains(scalar): .linker
    case _ where UnicodeTables.graphemeExtenders.contains(scalar): .extend
    case _ where UnicodeTables.spacingMarks.contains(scalar): .spacingMark
    case _ where UnicodeTables.prependedMarks.contains(scalar): .prepend
    case _ where UnicodeTables.pictographs.contains(scalar): .pictograph
    case _ where UnicodeTables.conjunctConsonants.contains(scalar): .consonant
    default: .other
    }
  }

  @inline(__always)
  private func kind(_ scalar: UInt32) -> Kind {
    scalar < 0x10000 ? plane[Int(scalar)] : Self.classify(scalar)
  }

  /// What a cluster has been so far, as far as its end depends on it.
  private struct State {
    var last: Kind
    /// A pictograph and marks, and then perhaps U+200D.
    var emoji = Emoji.none
    /// A consonant and marks, and then perhaps a virama among them.
    var conjunct = Conjunct.none
    /// Whether the number of regional indicators is odd.
    var isOpenFlag = false

    enum Emoji {
      case none
      case open
      case joined
    }

    enum Conjunct {
      case none
      case open
      case linked
    }

    init(_ first: Kind) {
      last = first
      add(first)
    }

    mutating func add(_ kind: Kind) {
      last = kind
      isOpenFlag = kind == .regional && !isOpenFlag
      switch kind {
      case .pictograph: emoji = .open
      case .extend, .nonJoiner, .linker: if emoji == .joined { emoji = .none }
      case .joiner: emoji = emoji == .open ? .joined : .none
      default: emoji = .none
      }
      switch kind {
      case .consonant: conjunct = .open
      case .linker: if conjunct == .open { conjunct = .linked }
      case .extend, .joiner: break
      default: conjunct = .none
      }
    }

    /// Whether the next scalar belongs to the cluster.
    func takes(_ next: Kind) -> Bool {
      switch (last, next) {
      case (.carriageReturn, .lineFeed): true
      case (.control, _), (.carriageReturn, _), (.lineFeed, _): false
      case (_, .control), (_, .carriageReturn), (_, .lineFeed): false
      case (.leading, .leading), (.leading, .vowel), (.leading, .openSyllable),
        (.leading, .closedSyllable):
        true
      case (.openSyllable, .vowel), (.vowel, .vowel): true
      case (.openSyllable, .trailing), (.vowel, .trailing), (.closedSyllable, .trailing),
        (.trailing, .trailing):
        true
      case (_, .extend), (_, .nonJoiner), (_, .joiner), (_, .linker), (_, .spacingMark): true
      case (.prepend, _): true
      case (_, .consonant): conjunct == .linked
      case (_, .pictograph): emoji == .joined
      case (_, .regional): isOpenFlag
      default: false
      }
    }
  }

  /// The end of the cluster that begins at a byte.
  func end(in bytes: [UInt8], from start: Int) -> Int {
    let (scalar, length) = decodeScalar(bytes, at: start)
    var state = State(kind(scalar))
    var index = start + length
    while index < bytes.count {
      let (scalar, length) = decodeScalar(bytes, at: index)
      let next = kind(scalar)
      guard state.takes(next) else { break }
      state.add(next)
      index += length
    }
    return index
  }
}
