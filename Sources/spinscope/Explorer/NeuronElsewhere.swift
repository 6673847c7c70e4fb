import Foundation
import Probing

/// One neuron on the texts of another run of the same model: what it seems to mean on one corpus need
/// not hold on the next.
///
/// Source: Bolukbasi et al. 2021, arXiv:2104.07143.
struct NeuronElsewhere: Sendable, Equatable {
  /// A text there, with the neuron's value.
  struct Text: Sendable, Equatable {
    var text: String
    var label: String
    var value: Float
    /// Where in it the neuron fires; nil without the model.
    var trace: NeuronTrace?
  }

  /// The other run's folder, and its name.
  var path: String
  var name: String
  var neuron: NeuronAddress
  var pooling: Pooling
  var sample: NeuronTexts.Sample
  var classes: [String]
  /// In the ranking of its layer there; nil where it has no weight.
  var ranked: RankedNeuron?
  var rank: Int?
  var profile: NeuronProfile
  var detector: NeuronDetector
  /// The classes of the 20 validation texts there in which it is highest.
  var balance: [Int]
  /// Validation texts there, as the sample says.
  var texts: [Text]
  /// Whether the texts were read for where it fires.
  var isTraced: Bool

  /// Texts that are read.
  private static let shownTexts = 40

  /// Reads the other run.
  ///
  /// - Returns: nil if `progress` stopped the work.
  /// - Throws: `Failure` if the folder is no run, of another model, or lacks the neuron's features.
  init?(
    _ path: String, _ neuron: NeuronAddress, _ pooling: Pooling, _ sample: NeuronTexts.Sample,
    like run: Run, _ reader: NeuronReader?, _ progress: (WorkProgress) -> Bool
  ) throws(Failure) {
    let folder = URL(fileURLWithPath: path)
    let other = try explaining { try Run(folder: folder) }
    guard other.info.model.sha256 == run.info.model.sha256 else {
      throw Failure(
        .input,
        "\(shown(path)): a run of another model (\(shown(other.info.model.name))), in which "
          + "\(neuron) is another neuron")
    }
    let evidence = try explaining {
      try NeuronEvidence(neuron, pooling, other, RunFeatures(other, folder: folder))
    }
    self.path = path
    name = folder.deletingPathExtension().lastPathComponent
    (self.neuron, self.pooling, self.sample) = (neuron, pooling, sample)
    classes = other.info.data.classes
    let probe = RunIndex(other).probe(neuron.representation, neuron.layer, pooling)
    rank = probe?.neurons.firstIndex { $0.address == neuron }
    ranked = rank.flatMap { probe?.neurons[$0] }
    (profile, detector) = (evidence.profile, evidence.detector)
    let held = NeuronTexts(evidence.values, among: other.places(of: .validation))
    balance = held.balance(ofTop: 20, labels: other.labels, classes: classes.count)
    isTraced = reader != nil
    texts = []
    let places = held.places(sample, count: Self.shownTexts)
    for (done, place) in places.enumerated() {
      guard progress(WorkProgress("reading its texts", done: done, total: places.count)) else {
        return nil
      }
      let text = other.texts[place]
      texts.append(
        Text(
          text: text.text, label: text.label, value: evidence.values[place],
          trace: reader?.trace(neuron, pooling, in: text.text)))
    }
  }

  /// `w −0.021 for positive, rank 211 · AUC 0.531 for positive · precision 54.0 ± 5.1`.
  var fact: String {
    let weight =
      ranked.map { neuron in
        let side = classes.count == 2 ? classes[neuron.weight < 0 ? 0 : 1] : classes[neuron.output]
        return "w \(signed(Double(neuron.weight), 3)) "
          + "\(classes.count > 2 && neuron.weight < 0 ? "against" : "for") \(shown(side)), rank "
          + grouped((rank ?? 0) + 1)
      } ?? "no weight"
    return "\(weight) · AUC \(decimals(profile.auc, 3)) for "
      + "\(shown(classes[profile.contrastedClass])) · precision "
      + "\(percent(detector.precision.accuracy))\(plusMinus(detector.precision))"
  }
}
