/// The merges of a byte-pair encoding: which two pieces become which, and in what order.
///
/// A hash table by open addressing, from pairs of ids.
struct MergeTable: Sendable {
  struct Merge: Sendable, Equatable {
    /// The place in the list of merges; lower ones go first.
    var rank: Int32
    /// The piece that the two become.
    var id: Int32
  }

  private struct Slot {
    var pair: UInt64 = .max  // no pair of ids: the slot is free
    var merge = Merge(rank: 0, id: 0)
  }

  private var slots: [Slot]
  private let mask: Int
  private let capacity: Int
  private(set) var count = 0

  /// - Parameter capacity: the most merges that will be inserted.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    mask = size - 1
    self.capacity = capacity
  }

  @inline(__always)
  private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The slot of a pair, or the free one where it belongs.
  @inline(__always)
  private func slot(_ pair: UInt64) -> Int {
    // Fibonacci hashing: the high bits of the product depend on all bits of the pair.
    var index = Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while slots[index].pair != pair, slots[index].pair != .max { index = (index + 1) & mask }
    return index
  }

  @inline(__always)
  func find(_ left: Int32, _ right: Int32) -> Merge? {
    let pair = Self.pair(left, right)
    let found = slots[slot(pair)]
    return found.pair == pair ? found.merge : nil
  }

  /// Adds a merge of two ids, neither below 0.
  ///
  /// - Returns: false if the pair is there already; its merge then stays.
  mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) -> Bool {
    precondition(count < capacity, "more merges than were announced")
    let pair = Self.pair(left, right)
    let index = slot(pair)
    guard slots[index].pair == .max else { return false }
    slots[index] = Slot(pair: pair, merge: merge)
    count += 1
    return true
  }
}
