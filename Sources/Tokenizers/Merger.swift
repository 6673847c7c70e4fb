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
    var start: Int32
    /// The nodes beside it, below 0 at the ends.
    ///
    /// A node that was merged into another has the id -1.
    var previous: Int32
    var next: Int32
  }

  private let merges: MergeTable
  private let byteIDs: [Int32]
  private var nodes: [Node] = []
  private var candidates = MinHeap()
  /// What the last word became.
  private(set) var symbols: [Symbol] = []

  init(_ merges: MergeTable, _ byteIDs: [Int32]) {
    self.merges = merges
    self.byteIDs = byteIDs
  }

  mutating func merge(_ bytes: [UInt8], _ word: Range<Int>) {
    start(bytes, word)
    while let key = candidates.popMin() { apply(key) }
    symbols.removeAll(keepingCapacity: true)
    var index: Int32 = nodes.isEmpty ? -1 : 0
    while index >= 0 {
      let node = nodes[Int(index)]
      let end = node.next < 0 ? word.upperBound : word.lowerBound + Int(nodes[Int(node.next)].start)
      symbols.append(Symbol(id: node.id, range: word.lowerBound + Int(node.start)..<end))
      index = node.next
    }
  }

  private mutating func start(_ bytes: [UInt8], _ word: Range<Int>) {
    nodes.removeAll(keepingCapacity: true)
    let count = Int32(truncatingIfNeeded: word.count)
    for place in 0..<count {
      nodes.append(
        Node(
          id: byteIDs[Int(bytes[word.lowerBound + Int(place)])], start: place,
          previous: place - 1, next: place + 1 < count ? place + 1 : -1))
    }
    for place in 0..<max(count - 1, 0) { offer(place) }
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
