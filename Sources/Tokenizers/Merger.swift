/// Applies merges to one word after the other, in the same memory.
///
/// The neighbours that may be merged wait in a heap, so a word of n bytes takes n log n steps,
/// however long a text without spaces is.
struct Merger {
  /// A piece and its bytes.
  struct Symbol: Equatable {
    var id: Int32
    var range: Range<Int>
  }

  private struct Node {
    var id: Int32
    /// The first byte in the text; texts are shorter than 4 GB.
    var start: UInt32
    /// The nodes beside it, below 0 at the ends.
    ///
    /// A node that was merged into another has the id -1.
    var previous: Int32
    var next: Int32
  }

  private let merges: MergeTable
  private let alphabet: BPEAlphabet
  private var nodes: [Node] = []
  private var candidates = MinHeap()
  /// What the last word became.
  private(set) var symbols: [Symbol] = []

  init(_ merges: MergeTable, _ alphabet: BPEAlphabet) {
    self.merges = merges
    self.alphabet = alphabet
  }

  mutating func merge(_ bytes: [UInt8], _ word: Range<Int>) {
    symbols.removeAll(keepingCapacity: true)
    alphabet.spell(bytes, word, into: &symbols)
    guard let end = symbols.last?.range.upperBound else { return }
    start()
    if candidates.isEmpty { return }
    while let key = candidates.popMin() { apply(key) }
    symbols.removeAll(keepingCapacity: true)
    var index: Int32 = 0
    while index >= 0 {
      let node = nodes[Int(index)]
      let next = node.next < 0 ? end : Int(nodes[Int(node.next)].start)
      symbols.append(Symbol(id: node.id, range: Int(node.start)..<next))
      index = node.next
    }
  }

  private mutating func start() {
    nodes.removeAll(keepingCapacity: true)
    let count = Int32(truncatingIfNeeded: symbols.count)
    for place in 0..<count {
      let symbol = symbols[Int(place)]
      nodes.append(
        Node(
          id: symbol.id, start: UInt32(truncatingIfNeeded: symbol.range.lowerBound),
          previous: place - 1, next: place + 1 < count ? place + 1 : -1))
    }
    for place in 0..<count - 1 { offer(place) }
  }

  /// Puts a node and the one after it into the heap if a merge joins them.
  @inline(__always)
  private mutating func offer(_ left: Int32) {
    let node = nodes[Int(left)]
    guard node.next >= 0, let merge = merges.find(node.id, nodes[Int(node.next)].id) else { return }
    candidates.insert(UInt64(UInt32(bitPattern: merge.rank)) << 32 | UInt64(left))
  }

  /// Joins a node with the next, unless either has changed since it was offered.
  private mutating func apply(_ key: UInt64) {
    let left = Int(key & 0xFFFF_FFFF)
    let node = nodes[left]
    guard node.id >= 0, node.next >= 0 else { return }
    let right = nodes[Int(node.next)]
    guard let merge = merges.find(node.id, right.id), UInt64(merge.rank) == key >> 32 else {
      return
    }
    nodes[Int(node.next)].id = -1
    nodes[left].id = merge.id
    nodes[left].next = right.next
    if right.next >= 0 { nodes[Int(right.next)].previous = Int32(left) }
    if node.previous >= 0 { offer(node.previous) }
    offer(Int32(left))
  }
}

/// A heap of numbers, the least on top.
struct MinHeap {
  private var keys: [UInt64] = []

  var isEmpty: Bool { keys.isEmpty }

  @inline(__always)
  mutating func insert(_ key: UInt64) {
    var index = keys.count
    keys.append(key)
    while index > 0 {
      let parent = (index - 1) / 2
      if keys[parent] <= key { break }
      keys[index] = keys[parent]
      index = parent
    }
    keys[index] = key
  }

  @inline(__always)
  mutating func popMin() -> UInt64? {
    guard let least = keys.first, let key = keys.popLast() else { return nil }
    if keys.isEmpty { return least }
    var index = 0
    while 2 * index + 1 < keys.count {
      var child = 2 * index + 1
      if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
      if key <= keys[child] { break }
      keys[index] = keys[child]
      index = child
    }
    keys[index] = key
    return least
  }
}
