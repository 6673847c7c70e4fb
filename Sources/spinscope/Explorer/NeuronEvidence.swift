import Probing
import Tensors
import Transformers

/// What the features of a run say of one neuron.
struct NeuronEvidence: Sendable, Equatable {
  var neuron: NeuronAddress
  var pooling: Pooling
  /// Its pooled value in each text of the run.
  var values: [Float]
  /// What it says alone on the training texts; lengths in words.
  var profile: NeuronProfile
  /// The neurons of its layer that go along with it most closely.
  var twins: [Twin]
  /// The neuron alone, with a threshold from training texts, on the validation texts.
  var detector: NeuronDetector

  /// Training texts at most that correlations are taken over.
  static let twinTexts = 2_000

  /// Reads the neuron's layer.
  ///
  /// - Throws: `RunError` if its features are gone.
  init(
    _ neuron: NeuronAddress, _ pooling: Pooling, _ run: Run, _ features: RunFeatures
  ) throws(RunError) {
    let matrix = try features.matrix(
      FeatureKey(neuron.representation, layer: neuron.layer, pooling: pooling))
    let values = matrix.column(neuron.index)
    let labels = run.labels
    let train = run.places(of: .train)
    self.neuron = neuron
    self.pooling = pooling
    self.values = values
    profile = NeuronProfile(
      train.map { values[$0] }, labels: train.map { labels[$0] },
      classes: run.info.data.classes.count,
      lengths: train.map { run.texts[$0].text.split(whereSeparator: \.isWhitespace).count })
    let sample = matrix.selecting(rows: Array(train.prefix(Self.twinTexts)))
    twins = closestNeurons(to: neuron.index, in: sample, count: 5).map {
      Twin(
        neuron: NeuronAddress(neuron.representation, layer: neuron.layer, index: $0.index),
        correlation: $0.correlation)
    }
    detector = NeuronDetector(
      profile.contrastedClass, isAbove: profile.auc >= 0.5, values, labels: labels, train: train,
      held: run.places(of: .validation))
  }
}

/// Where a neuron fires in some texts of the run.
struct NeuronTraces: Sendable, Equatable {
  var neuron: NeuronAddress
  var pooling: Pooling
  var byPlace: [Int: NeuronTrace]

  /// Reads the texts one by one.
  ///
  /// - Returns: nil if `progress` stopped the work.
  init?(
    _ neuron: NeuronAddress, _ pooling: Pooling, _ texts: [(place: Int, text: String)],
    _ reader: NeuronReader, _ progress: (WorkProgress) -> Bool
  ) {
    self.neuron = neuron
    self.pooling = pooling
    byPlace = [:]
    for (done, text) in texts.enumerated() {
      guard progress(WorkProgress("reading texts", done: done, total: texts.count)) else {
        return nil
      }
      byPlace[text.place] = reader.trace(neuron, pooling, in: text.text)
    }
  }
}

extension Run {
  /// Places of the texts of one split.
  func places(of split: Split) -> [Int] { texts.indices.filter { texts[$0].split == split } }
}
