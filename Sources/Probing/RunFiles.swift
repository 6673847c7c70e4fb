import Foundation
import Tensors
public import Transformers

/// Why a run was refused or could not be written: the file and what is wrong with it.
public struct RunError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var problem: String
  /// Whether it came up while writing: then it is not the input's fault.
  public var isOnWriting: Bool

  /// Names a file and its fault.
  public init(_ path: String, _ problem: String, onWriting: Bool = false) {
    self.path = path
    self.problem = problem
    isOnWriting = onWriting
  }

  public var description: String { "\(path): \(problem)" }
}

/// `run.json`: what was fitted on what, and how.
public struct RunInfo: Sendable, Codable, Equatable {
  /// Which model.
  public struct Model: Sendable, Codable, Equatable {
    public var name: String
    public var path: String
    /// Of `model.safetensors`.
    public var sha256: String
    public var shape: ModelShape
    /// Whether only its features were here: `path` and `sha256` are then theirs.
    public var isElsewhere: Bool

    /// Names a model folder, or where features of a model lay that was elsewhere.
    public init(
      name: String, path: String, sha256: String, shape: ModelShape, isElsewhere: Bool = false
    ) {
      self.name = name
      self.path = path
      self.sha256 = sha256
      self.shape = shape
      self.isElsewhere = isElsewhere
    }
  }

  /// Which texts.
  public struct Data: Sendable, Codable, Equatable {
    public var name: String
    public var source: DataSource
    /// Of the texts, labels and splits, as `texts.jsonl` holds them.
    public var sha256: String
    public var classes: [String]
    /// Texts a split.
    public var counts: [String: Int]
    /// Tokens that the model read, of all texts.
    public var tokens: Int
    /// Texts of each class that were longer than the model reads.
    public var truncatedByClass: [Int]
    /// Texts that stand there more than once, or in two splits.
    public var audit: DataAudit
    /// Whether the seed decided the splits; otherwise the files gave them.
    public var isSplitBySeed: Bool

    /// Texts that were longer than the model reads.
    public var truncated: Int { truncatedByClass.reduce(0, +) }
    /// Validation and test texts that stand in train too, as they are or nearly.
    public var overlap: Int {
      [Split.validation, .test].reduce(0) { $0 + (audit.repeats(of: $1, in: .train)?.total ?? 0) }
    }
  }

  /// Which head validation chose.
  public struct Chosen: Sendable, Codable, Equatable {
    public var source: HeadSource
    public var pooling: Pooling
    public var selection: NeuronSelection
    public var depth: Int
    public var c: Double
    public var neurons: Int
    /// Configurations among which the choice was made.
    public var tried: Int
  }

  public static let currentSchema = 3

  public var schema = Self.currentSchema
  public var spinscope: String
  public var model: Model
  public var data: Data
  public var settings: FitSettings
  /// Whether features were kept as F16.
  public var isHalf: Bool
  /// How often the training texts were halved to see which neurons stay; 0 if that was left out.
  public var halves: Int
  public var chosen: Chosen
  /// Whether the decoder that follows the encoder was read too; nil where there is none, and in runs
  /// that were made before decoders were.
  public var readsDecoder: Bool?

  /// The model's blocks, as they were read.
  public var stacks: Stacks { model.shape.stacks(readingDecoder: readsDecoder ?? false) }

  /// The representations whose layers were probed.
  public var representations: [Representation] {
    settings.representations.filter { $0.layers(of: stacks) > 0 }
  }

  /// Whether a layer of this name was read.
  public func contains(_ layer: LayerAddress) -> Bool {
    representations.contains(layer.representation)
      && 0..<layer.representation.layers(of: stacks) ~= layer.layer
  }
}

/// `logits.jsonl`: a text of `texts.jsonl`, and what the head makes of it.
struct TextLogits: Codable {
  var id: Int
  var logits: [Double]
}

/// `probes.json`: one entry a layer, representation and pooling.
struct ProbeEntry: Codable {
  var representation: Representation
  var layer: Int
  var pooling: Pooling
  var c: Double
  var relativeGap: Double
  var iterations: Int
  var objective: Double
  var converged: Bool
  var scheme: ClassScheme
  var nonzero: Int
  var validation: Score

  init(_ probe: Probe) {
    representation = probe.key.representation
    layer = probe.key.layer
    pooling = probe.key.pooling
    c = probe.fitted.c
    relativeGap = probe.fitted.relativeGap
    iterations = probe.fitted.iterations
    objective = probe.fitted.objective
    converged = probe.fitted.converged
    scheme = probe.fitted.classifier.scheme
    nonzero = probe.saliency().count { $0 > 0 }
    validation = probe.validation
  }

  var key: FeatureKey { FeatureKey(representation, layer: layer, pooling: pooling) }
}

/// `head.json`: the chosen head, and the heads of its early exits.
struct HeadEntry: Codable {
  struct Exit: Codable {
    var depth: Int
    var c: Double
    var neurons: Int
    var relativeGap: Double
    var iterations: Int
    var objective: Double
    var converged: Bool
    var validation: Score

    init(_ head: Head) {
      depth = head.depth
      c = head.fitted.c
      neurons = head.neurons.count
      relativeGap = head.fitted.relativeGap
      iterations = head.fitted.iterations
      objective = head.fitted.objective
      converged = head.fitted.converged
      validation = head.validation
    }
  }

  var classes: [String]
  /// How the outputs become probabilities.
  var scheme: ClassScheme
  var source: HeadSource
  var pooling: Pooling
  var selection: NeuronSelection
  var c: Double
  /// Addresses, in the order of the weights.
  var neurons: [String]
  /// The neurons of the deepest exit, of which every exit reads the first few.
  var exitNeurons: [String]
  /// The heads by depth; the head is one of them.
  var exits: [Exit]
}

extension FeatureKey {
  /// `act.7` or `hidden.3`, in the decoder `decoder.act.7`: the layer's part of file and tensor
  /// names.
  var layerName: String {
    (representation.isDecoder ? "decoder." : "")
      + "\(representation.isHidden ? "hidden" : "act").\(layer)"
  }
}
