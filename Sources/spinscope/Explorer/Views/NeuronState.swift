import Probing

/// What is shown of a neuron.
struct NeuronState: Sendable, Equatable, Codable {
  /// What takes a silenced neuron's place.
  enum Substitute: String, Sendable, Codable, CaseIterable {
    // The mean first: it needs one pass a text, and changes as little as a value can.
    case mean, zero, draws, half

    var replacement: Replacement {
      switch self {
      case .mean: .mean
      case .zero: .zero
      case .draws: .resample(draws: 10)
      case .half: .scale(0.5)
      }
    }

    var words: String {
      switch self {
      case .mean: "its mean"
      case .zero: "0"
      case .draws: "10 draws"
      case .half: "half of it"
      }
    }
  }

  var sample = 0
  var substitute = Substitute.mean
  /// Whether the texts are those of the run that this one is held against.
  var isElsewhere = false

  var texts: NeuronTexts.Sample {
    NeuronTexts.Sample.allCases[sample % NeuronTexts.Sample.allCases.count]
  }

  var settings: [(name: String, value: String)] {
    (texts == NeuronTexts.Sample.allCases.first ? [] : [("texts", texts.rawValue)])
      + (substitute == .mean ? [] : [("by", substitute.rawValue)])
      + (isElsewhere ? [("texts-of", "other")] : [])
  }

  mutating func read(_ name: String, _ value: String) -> Bool {
    switch name {
    case "texts":
      guard let place = NeuronTexts.Sample.allCases.firstIndex(where: { $0.rawValue == value })
      else { return false }
      sample = place
    case "texts-of": isElsewhere = value == "other"
    case "by":
      guard let known = Substitute(rawValue: value) else { return false }
      substitute = known
    default: return false
    }
    return true
  }
}
