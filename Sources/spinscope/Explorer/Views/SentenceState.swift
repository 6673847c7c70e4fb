import Probing

/// What the sentence's screen remembers.
struct SentenceState: Sendable, Equatable, Codable {
  /// What a neuron's contribution is multiplied by, by address; 1 where nothing stands here.
  var factors: [String: Double] = [:]
  /// The sentence that others are held against.
  var pinned: String?
  /// Whether the words stand against neurons instead of layers.
  var showsNeurons = false

  /// An explanation as if every neuron stood so many times as far from its training mean.
  ///
  /// What the neurons above would make of it is not followed: this is the direct effect.
  func applied(to explanation: Explanation, _ neurons: [NeuronAddress]) -> Explanation {
    guard !factors.isEmpty else { return explanation }
    var scaled = explanation
    for (j, neuron) in neurons.enumerated() {
      if let factor = factors["\(neuron)"] { scaled.contributions[j] *= factor }
    }
    scaled.logit = scaled.base + scaled.contributions.reduce(0, +)
    return scaled
  }

  var settings: [(name: String, value: String)] {
    let scaled = factors.sorted { $0.key < $1.key }.map { "\($0.key)*\($0.value)" }
    return (scaled.isEmpty ? [] : [("scaled", scaled.joined(separator: ","))])
      + (pinned.map { [("pin", $0)] } ?? []) + (showsNeurons ? [("words", "neurons")] : [])
  }

  mutating func read(_ name: String, _ value: String) -> Bool {
    switch name {
    case "pin": pinned = value
    case "words": showsNeurons = value == "neurons"
    case "scaled":
      let pairs = value.split(separator: ",").map { $0.split(separator: "*").map(String.init) }
      for pair in pairs {
        guard pair.count == 2, NeuronAddress(pair[0]) != nil, let factor = Double(pair[1]),
          factor.isFinite
        else { return false }
        factors[pair[0]] = factor
      }
    default: return false
    }
    return true
  }
}
