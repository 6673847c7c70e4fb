/// A hash table from byte strings to ids, by open addressing, with all keys in one pool.
///
/// A lookup takes a hash and a slice of any array and allocates nothing. The hash is FNV-1a, which
/// grows byte by byte: one pass over a word gives the hash of each of its beginnings.
struct ByteTable: Sendable {
  private struct Slot {
    var hash: UInt32 = 0
    var start: UInt32 = 0
    var length: Int32 = -1  // below zero: the slot is free
    var id: Int32 = 0
  }

  private var slots: [Slot]
  private var mask: Int
  private var pool: [UInt8] = []
  private(set) var count = 0
  /// Bytes of the longest key.
  private(set) var maxLength = 0

  /// The hash of no bytes.
  static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of some bytes and one more.
  @inline(__always)
  static func extend(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(seed, extend)
  }

  /// - Parameter capacity: how many keys are to come; more are taken, slower.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    mask = size - 1
  }

  /// The id of `prefix` followed by `bytes[range]`, whose joint hash is given.
  @inline(__always)
  func find(hash: UInt64, prefix: [UInt8] = [], bytes: [UInt8], range: Range<Int>) -> Int32? {
    let folded = UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    let length = prefix.count + range.count
    var index = Int(folded) & mask
    while slots[index].length >= 0 {
      let slot = slots[index]
      if slot.hash == folded, Int(slot.length) == length,
        matches(Int(slot.start), prefix, bytes, range)
      {
        return slot.id
      }
      index = (index + 1) & mask
    }
    return nil
  }

  func find(_ key: [UInt8]) -> Int32? {
    find(hash: Self.hash(key), bytes: key, range: 0..<key.count)
  }

  @inline(__always)
  private func matches(
    _ start: Int, _ prefix: [UInt8], _ bytes: [UInt8], _ range: Range<Int>
  ) -> Bool {
    for index in prefix.indices where pool[start + index] != prefix[index] { return false }
    let shift = start + prefix.count - range.lowerBound
    for index in range where pool[shift + index] != bytes[index] { return false }
    return true
  }

  /// Adds a key.
  ///
  /// - Returns: the id that the key already had, which then stays.
  mutating func insert(_ key: [UInt8], id: Int32) -> Int32? {
    if let old = find(key) { return old }
    if (count + 1) * 2 > slots.count { grow() }
    let hash = Self.hash(key)
    place(
      Slot(
        hash: UInt32(truncatingIfNeeded: hash ^ hash >> 32), start: UInt32(pool.count),
        length: Int32(key.count), id: id))
    pool += key
    count += 1
    maxLength = max(maxLength, key.count)
    return nil
  }

  private mutating func place(_ slot: Slot) {
    var index = Int(slot.hash) & mask
    while slots[index].length >= 0 { index = (index + 1) & mask }
    slots[index] = slot
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(), count: old.count * 2)
    mask = slots.count - 1
    for slot in old where slot.length >= 0 { place(slot) }
  }
}
