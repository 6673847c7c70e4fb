/// The pieces of a vocabulary by their bytes, for finding all that a text begins with.
///
/// The children of a node are neighbours, ascending by byte, so a node needs no more than their
/// first and their number.
struct PieceTrie: Sendable {
  private struct Node {
    var firstChild: Int32 = 0
    var childCount: Int32 = 0
    /// The id of the piece that ends here; below 0 if none does.
    var id: Int32 = -1
  }

  private var nodes = [Node()]
  /// The byte that leads to a node, by node.
  private var labels: [UInt8] = [0]
  /// The children of the root, by byte; 0 for none.
  private var firsts = [Int32](repeating: 0, count: 256)

  /// - Parameter pieces: no two of them the same; empty ones are left out.
  init(_ pieces: [(bytes: [UInt8], id: Int32)]) {
    let sorted = pieces.filter { !$0.bytes.isEmpty }.sorted {
      $0.bytes.lexicographicallyPrecedes($1.bytes)
    }
    // Nodes whose children are to be made: they share the first `depth` bytes of a run of pieces.
    var waiting = [(node: 0, run: 0..<sorted.count, depth: 0)]
    var done = 0
    while done < waiting.count {
      let (node, run, depth) = waiting[done]
      done += 1
      nodes[node].firstChild = Int32(nodes.count)
      var start = run.lowerBound
      while start < run.upperBound {
        let byte = sorted[start].bytes[depth]
        var end = start + 1
        while end < run.upperBound, sorted[end].bytes[depth] == byte { end += 1 }
        if depth == 0 { firsts[Int(byte)] = Int32(nodes.count) }
        // A piece that ends here comes before those that go on.
        let ends = sorted[start].bytes.count == depth + 1
        labels.append(byte)
        nodes.append(Node(id: ends ? sorted[start].id : -1))
        nodes[node].childCount += 1
        waiting.append((nodes.count - 1, (ends ? start + 1 : start)..<end, depth + 1))
        start = end
      }
    }
  }

  /// The root: what no bytes lead to.
  static let root: Int32 = 0

  /// The node that a byte leads to, or 0 if no piece goes on like that.
  @inline(__always)
  func child(of node: Int32, _ byte: UInt8) -> Int32 {
    if node == Self.root { return firsts[Int(byte)] }
    let parent = nodes[Int(node)]
    var low = parent.firstChild
    var high = low + parent.childCount
    while low < high {
      let middle = (low + high) / 2
      if labels[Int(middle)] < byte { low = middle + 1 } else { high = middle }
    }
    let found = low < parent.firstChild + parent.childCount && labels[Int(low)] == byte
    return found ? low : 0
  }

  /// The id of the piece that ends at a node; below 0 if none does.
  @inline(__always)
  func id(at node: Int32) -> Int32 { nodes[Int(node)].id }

  /// The longest piece at a byte, and where it ends.
  func longest(in bytes: [UInt8], at start: Int) -> (id: Int32, end: Int)? {
    var found: (id: Int32, end: Int)?
    var node = Self.root
    for index in start..<bytes.count {
      node = child(of: node, bytes[index])
      if node == Self.root { break }
      if id(at: node) >= 0 { found = (id(at: node), index + 1) }
    }
    return found
  }
}
