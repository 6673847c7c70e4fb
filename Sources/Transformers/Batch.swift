/// Token ids of several texts, one behind the other: padding never exists.
public struct Batch: Sendable, Equatable {
  /// The ids of all texts, T in all.
  public private(set) var ids: [Int32] = []
  /// Where each text starts in `ids`, and T at the end.
  public private(set) var offsets = [0]

  /// Joins the ids of some texts.
  public init(_ texts: [[Int32]]) {
    for text in texts {
      ids += text
      offsets.append(ids.count)
    }
  }

  /// T, the number of tokens of all texts.
  public var tokenCount: Int { ids.count }
  /// The number of texts.
  public var textCount: Int { offsets.count - 1 }

  /// The rows that text `index` has in every `(T, …)` matrix.
  public func rows(of index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }

  /// The tokens of the longest text.
  var longest: Int { zip(offsets, offsets.dropFirst()).map { $1 - $0 }.max() ?? 0 }

  /// Every text behind `start` and without its last token, at the same offsets.
  func shifted(behind start: Int32) -> Batch {
    var shifted = self
    for text in 0..<textCount {
      let rows = rows(of: text)
      guard !rows.isEmpty else { continue }
      shifted.ids.replaceSubrange(rows, with: [start] + ids[rows].dropLast())
    }
    return shifted
  }
}
