public import Foundation
import Tensors

/// What a model folder holds, part by part, so that one that is broken does not hide the others.
///
/// Headers are read, weights are not, unless `notFinite` is asked for.
public struct ModelSurvey: Sendable {
  /// `model_type`; nil where the configuration does not say.
  public let modelType: String?
  /// `architectures`: the classes that wrote the checkpoint.
  public let architectures: [String]
  /// `id2label`; nil where the configuration names no labels.
  public let labels: [String]?
  public let shape: Result<ModelShape, ModelError>
  /// The files of the weights, each whole.
  public let files: Result<[SafetensorsFile], ModelError>
  /// What the model finds in them.
  public let tensors: Result<TensorSurvey, ModelError>
  /// The checkpoint's own head; nil where it has none.
  ///
  /// It is not for use: its weights are not read.
  public let head: Result<ClassificationHead?, ModelError>

  /// Looks into a folder.
  public init(folder: URL) {
    let configuration = Result { () throws(ModelError) in try Configuration(folder: folder) }
    let weights = Result { () throws(ModelError) in try Weights(folder: folder) }
    let known = try? configuration.get()
    modelType = try? known?.modelType
    architectures = (try? known?.architectures) ?? []
    labels = known.flatMap { $0.isNull("id2label") ? nil : try? $0.labels }
    files = Result { () throws(ModelError) in
      try Self.sorted(WeightFiles(folder: folder).paths)
    }
    let headSurvey = Survey()
    head = Result { () throws(ModelError) in
      let configuration = try configuration.get()
      let head = try configuration.family.head(
        configuration, try weights.get().noted(by: headSurvey))
      if let fault = headSurvey.notes.firstFault { throw fault }
      return head
    }
    let ofHead = headSurvey.notes.present
    let tensors = Result { () throws(ModelError) in
      try TensorSurvey(configuration.get(), weights.get(), ofHead: ofHead)
    }
    self.tensors = tensors
    shape = Result { () throws(ModelError) in
      let configuration = try configuration.get()
      if let shape = try? tensors.get().shape { return shape }
      return try configuration.family.shape(configuration)
    }
  }

  private static func sorted(_ paths: [String]) throws(ModelError) -> [SafetensorsFile] {
    var files: [SafetensorsFile] = []
    for path in paths { files.append(try SafetensorsFile(path: path)) }
    return files
  }

  /// The bytes that a program may still take without swapping; nil where the system does not say.
  public static var availableBytes: Int? { availableMemory() }
}

/// The tensors of a checkpoint beside those that its family asks for.
public struct TensorSurvey: Sendable {
  /// The sizes of the model that the tensors make.
  public let shape: ModelShape
  /// Names of tensors that are not there, the first thousand.
  public let missing: [String]
  /// Whether there were so many faults that the rest was not counted.
  public let isCutShort: Bool
  /// Tensors of another shape or type than the configuration says.
  public let misfits: [ModelError]
  /// Names of tensors that neither the model nor its own head reads, in order.
  public let extra: [String]
  /// Why the model cannot be loaded; nil if it can.
  public let fault: ModelError?
  /// Whether the weights that would be copied need more memory than there is.
  public let lacksMemory: Bool
  /// Bytes of weights that are used where they lie in their file.
  public let mappedBytes: Int
  /// Bytes of memory that copied weights take.
  public let copiedBytes: Int
  /// The file of each tensor that the model reads.
  private let read: [String: SafetensorsFile]

  /// - Throws: what is wrong with the configuration, or more faults of tensors than are worth
  ///   counting.
  init(
    _ configuration: Configuration, _ weights: Weights, ofHead: Set<String>
  ) throws(ModelError) {
    let survey = Survey()
    var stopped: ModelError?
    do throws(ModelError) {
      shape = try configuration.family.init(configuration, weights.noted(by: survey)).shape
    } catch {
      guard survey.notes.firstFault != nil else { throw error }
      stopped = error
      shape = try configuration.family.shape(configuration)
    }
    isCutShort = stopped != nil
    let notes = survey.notes
    missing = notes.missing
    misfits = notes.misfits.map(\.fault)
    let memory = Result { [shape] () throws(ModelError) in
      try weights.requireMemory(for: shape, available: availableMemory())
    }
    lacksMemory = memory.failure != nil
    fault = notes.firstFault ?? memory.failure
    let asked = notes.present.union(ofHead)
    extra = weights.files.keys.filter { !asked.contains($0) }.sorted()
    read = weights.files.filter { notes.found.contains($0.key) }
    copiedBytes = weights.copiedBytes
    mappedBytes = read.reduce(0) { sum, tensor in
      guard let entry = tensor.value.entries[tensor.key],
        let type = NumberType(rawValue: entry.type), entry.range.lowerBound % type.size == 0
      else { return sum }
      return sum + entry.range.count
    }
  }

  /// Bytes that `notFinite` would read.
  public var readBytes: Int {
    read.reduce(0) { $0 + ($1.value.entries[$1.key]?.range.count ?? 0) }
  }

  /// Names of tensors the model reads that hold infinities or what is not a number, in order.
  ///
  /// Reads every weight once.
  public func notFinite() -> [String] {
    read.filter { $0.value.notFinite($0.key) > 0 }.keys.sorted()
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
