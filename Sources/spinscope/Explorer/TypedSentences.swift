/// The sentences that were typed, to be come back to with ↑ and ↓ while typing.
struct TypedSentences: Sendable, Equatable {
  /// Oldest first, none twice.
  private(set) var all: [String]
  /// What is shown of them, and what stood there before.
  private var shown: (place: Int, draft: TextField)?

  private static let limit = 100

  init(_ all: [String] = []) { self.all = Array(all.suffix(Self.limit)) }

  /// Adds a sentence that is done.
  mutating func note(_ sentence: String) {
    shown = nil
    guard !sentence.trimmingSpaces.isEmpty else { return }
    all = Array((all.filter { $0 != sentence } + [sentence]).suffix(Self.limit))
  }

  /// An older one (−1) or a newer one (+1) than the one that is shown; `field` is what stands there.
  ///
  /// Past the newest comes what was being typed; nil where there is no other.
  mutating func recall(_ step: Int, from field: TextField) -> TextField? {
    let draft = shown?.draft ?? field
    let place = (shown?.place ?? all.count) + step
    guard place >= 0, place <= all.count, shown != nil || step < 0 else { return nil }
    guard place < all.count else {
      shown = nil
      return draft
    }
    shown = (place, draft)
    // What stands there already would seem to do nothing.
    if all[place] == field.text { return recall(step, from: field) }
    return TextField(all[place])
  }

  static func == (a: TypedSentences, b: TypedSentences) -> Bool { a.all == b.all }
}
