/// The most probable pieces by their scores (T5 and other SentencePiece models).
///
/// Viterbi's algorithm over the bytes of a word, in double precision; of equal paths the one that
/// was found first wins, as in the library. A scalar that is no piece has the lowest score of all
/// less ten, and neighbours of that kind become one unknown token, or with `byte_fallback` a piece
/// for each of their bytes.
/// Source: `models/unigram/model.rs` of Hugging Face `tokenizers`; Kudo 2018, arXiv:1804.10959.
struct Unigram: Model {
  let vocabulary: Vocabulary
  private let unknown: Int32
  private let unknownScore: Double
  /// By id.
  private let scores: [Double]
  private let trie: PieceTrie
  /// The pieces of bytes, `<0x0A>`, which stand for what is unknown; none where empty.
  private let fallback: [Int32?]

  private static let unknownPenalty = 10.0

  var unknownID: Int32? { unknown }

  /// Takes a score for each id from 0, all of them finite.
  init(vocabulary: Vocabulary, scores: [Double], unknown: Int32, fallsBackOnBytes: Bool = false) {
    self.vocabulary = vocabulary
    fallback = fallsBackOnBytes ? vocabulary.byteFallback : []
    self.scores = scores
    self.unknown = unknown
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    trie = PieceTrie(
      (0..<Int32(vocabulary.size)).map { (Array((vocabulary.piece($0) ?? "").utf8), $0) })
  }

  /// The best path to the end of some bytes: its score and its last piece.
  private struct Step {
    var score = 0.0
    /// Where the last piece begins; below 0 if no path was found yet.
    var start = -1
    var id: Int32 = 0
  }

  func tokenize(
    _ words: [Range<Int>], of text: AlignedText, firstWord: Int, into encoding: inout Encoding
  ) {
    var steps: [Step] = []
    var path: [(id: Int32, range: Range<Int>)] = []
    for (index, word) in words.enumerated() {
      search(text.bytes, word, &steps)
      collect(text.bytes, word, steps, &path)
      for piece in path.reversed() {
        encoding.append(
          id: piece.id, token: vocabulary.piece(piece.id) ?? "",
          offsets: text.sourceRange(piece.range), word: firstWord + index)
      }
    }
  }

  /// Finds the best path to the end of each scalar.
  private func search(_ bytes: [UInt8], _ word: Range<Int>, _ steps: inout [Step]) {
    steps.removeAll(keepingCapacity: true)
    for _ in 0...word.count { steps.append(Step()) }
    var start = word.lowerBound
    while start < word.upperBound {
      let length = decodeScalar(bytes, at: start).length
      let before = steps[start - word.lowerBound].score
      var node = PieceTrie.root
      var isCovered = false
      for end in start + 1...word.upperBound {
        node = trie.child(of: node, bytes[end - 1])
        if node == PieceTrie.root { break }
        let id = trie.id(at: node)
        if id < 0 { continue }
        offer(scores[Int(id)] + before, start, id, to: &steps[end - word.lowerBound], word)
        if end - start == length { isCovered = true }
      }
      if !isCovered {
        let end = start + length - word.lowerBound
        offer(unknownScore + before, start, unknown, to: &steps[end], word)
      }
      start += length
    }
  }

  @inline(__always)
  private func offer(
    _ score: Double, _ start: Int, _ id: Int32, to step: inout Step, _ word: Range<Int>
  ) {
    guard step.start < 0 || score > step.score else { return }
    step = Step(score: score, start: start - word.lowerBound, id: id)
  }

  /// The pieces of the best path, last first.
  private func collect(
    _ bytes: [UInt8], _ word: Range<Int>, _ steps: [Step],
    _ path: inout [(id: Int32, range: Range<Int>)]
  ) {
    path.removeAll(keepingCapacity: true)
    var end = word.count
    while end > 0 {
      let id = steps[end].id
      var start = steps[end].start
      if id == unknown {
        while start > 0, steps[start].id == unknown { start = steps[start].start }
      }
      let range = word.lowerBound + start..<word.lowerBound + end
      if id == unknown {
        for id in unknownPieces(bytes[range]).reversed() { path.append((id, range)) }
      } else {
        path.append((id, range))
      }
      end = start
    }
  }

  /// What an unknown run becomes: the library looks it up once more, and it may be a piece as a
  /// whole; else it is its bytes, if all of them are pieces.
  private func unknownPieces(_ run: ArraySlice<UInt8>) -> [Int32] {
    if let id = vocabulary[Array(run)] { return [id] }
    let ids = fallback.isEmpty ? [] : run.compactMap { fallback[Int($0)] }
    return ids.count == run.count ? ids : [unknown]
  }
}
