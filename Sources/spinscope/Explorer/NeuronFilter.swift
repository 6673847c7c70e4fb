import Foundation
import Probing

/// Which neurons of a layer's ranking are kept: `w>0.1 rank<=50 kept 12`.
///
/// Terms are separated by spaces, and all must hold: a comparison of `w`, `|w|`, `share`,
/// `stable` (both in percent) or `rank`; `kept`; a class, `for:positive`; else a part of the neuron's address.
struct NeuronFilter: Sendable {
  private enum Term: Sendable {
    case compare(Quantity, Comparison, Double)
    case kept
    case side(String)
    case address(String)
  }

  private enum Quantity: String, Sendable {
    case weight = "w"
    case magnitude = "|w|"
    case share, rank, stable
  }

  private enum Comparison: String, Sendable, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
  }

  private var terms: [Term]

  /// Reads a filter; nil if a comparison in it has no number.
  init?(_ text: String) {
    terms = []
    for part in text.split(separator: " ") {
      guard let term = Self.term(String(part)) else { return nil }
      terms.append(term)
    }
  }

  private static func term(_ part: String) -> Term? {
    if part == "kept" { return .kept }
    if part.hasPrefix("for:") { return .side(String(part.dropFirst(4)).lowercased()) }
    for comparison in Comparison.allCases {
      guard let range = part.range(of: comparison.rawValue),
        let quantity = Quantity(rawValue: String(part[..<range.lowerBound]))
      else { continue }
      return CommandLine.number(String(part[range.upperBound...]))
        .map { .compare(quantity, comparison, $0) }
    }
    return .address(part.lowercased())
  }

  /// The places in a layer's ranking that it keeps.
  func ranks(_ layer: Int, in state: ExplorerState) -> [Int] {
    guard let ranked = state.index.probe(state.representation, layer, state.pooling) else {
      return []
    }
    let kept = ranked.kept(eta: state.eta)
    return ranked.neurons.indices.filter { rank in
      terms.allSatisfy {
        holds($0, ranked.neurons[rank], rank, kept: kept, state.index, state.pooling)
      }
    }
  }

  private func holds(
    _ term: Term, _ neuron: RankedNeuron, _ rank: Int, kept: Int, _ index: RunIndex,
    _ pooling: Pooling
  ) -> Bool {
    switch term {
    case .kept: return rank < kept
    case .side(let name): return index.side(neuron).lowercased().contains("for \(name)")
    case .address(let part): return "\(neuron.address)".lowercased().contains(part)
    case .compare(let quantity, let comparison, let bound):
      let value =
        switch quantity {
        case .weight: Double(neuron.weight)
        case .magnitude: Double(abs(neuron.weight))
        case .share: neuron.share * 100
        case .rank: Double(rank + 1)
        case .stable: (index.stability(neuron.address, pooling) ?? -1) * 100
        }
      switch comparison {
      case .atLeast: return value >= bound
      case .atMost: return value <= bound
      case .above: return value > bound
      case .below: return value < bound
      }
    }
  }
}
