/// A scalar with the place in the source that it came from.
struct AlignedScalar {
  var scalar: UInt32
  var source: AlignedText.Source
}

/// Canonical decomposition and reordering (NFD) of a run of scalars.
///
/// Source: the Unicode Standard, section 3.11; alignment as in `NormalizedString::transform` of
/// Hugging Face `tokenizers`, which hands places out by position: after reordering, the n-th
/// scalar that was not inserted has the place of the n-th scalar before.
struct CanonicalDecomposition: Sendable {
  private struct Part {
    var scalar: UInt32
    var combiningClass: UInt8
    var inserted: Bool
  }

  private let decompositions = UnicodeTables.decompositions
  private let combiningClasses = UnicodeTables.combiningClasses

  /// - Parameter run: scalars before and after which a starter or nothing stands.
  func apply(to run: inout [AlignedScalar]) {
    if run.allSatisfy({ isStable($0.scalar) }) { return }
    var parts = run.flatMap { decompose($0.scalar) }
    reorder(&parts)
    var place = -1
    run = parts.map { [run] part in
      if !part.inserted { place += 1 }
      return AlignedScalar(scalar: part.scalar, source: run[max(place, 0)].source)
    }
  }

  private func isStable(_ scalar: UInt32) -> Bool {
    combiningClasses(scalar) == 0 && decompositions(scalar) == nil
  }

  private func decompose(_ scalar: UInt32) -> [Part] {
    guard let scalars = decompositions(scalar) else {
      return [Part(scalar: scalar, combiningClass: combiningClasses(scalar), inserted: false)]
    }
    return scalars.enumerated().map { index, scalar in
      Part(scalar: scalar, combiningClass: combiningClasses(scalar), inserted: index > 0)
    }
  }

  /// Sorts each run of non-starters by class, keeping the order of equals.
  private func reorder(_ parts: inout [Part]) {
    var start = 0
    while start < parts.count {
      guard parts[start].combiningClass != 0 else {
        start += 1
        continue
      }
      let end = parts[start...].firstIndex { $0.combiningClass == 0 } ?? parts.count
      // By index too, since Swift does not promise a stable sort.
      let sorted = parts[start..<end].enumerated().sorted { a, b in
        (a.element.combiningClass, a.offset) < (b.element.combiningClass, b.offset)
      }
      parts.replaceSubrange(start..<end, with: sorted.map(\.element))
      start = end
    }
  }
}
