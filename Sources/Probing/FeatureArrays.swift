import Foundation
import Tensors
import Transformers

/// Pooled features that were made elsewhere: which array holds which layer, pooled in which way.
///
/// Arrays are called as in a run's `features`: `hidden.3.mean`, `act.7.max`; each is
/// `[texts, neurons]`, its rows in the order of the texts. They stand in a safetensors or npz file,
/// or in a folder of these and of npy files; a file `hidden.3.npz` may call its arrays `mean`.
/// Hidden states 0 … L are needed, the activations of blocks 0 … L − 1 are not. What a decoder behind
/// an encoder makes is called `decoder.hidden.3.mean` and `decoder.act.7.max`, and need not be there.
public struct FeatureArrays: Sendable {
  private let arrays: [FeatureKey: StoredArray]
  /// The files that hold them, in the order of their names.
  public let files: [String]
  public let stacks: Stacks
  /// Neurons of a hidden state, and of a block's activations: 0 where there are none.
  public let width: Int
  public let neurons: Int
  public let poolings: [Pooling]

  /// Finds the arrays of a file or folder.
  ///
  /// - Parameters:
  ///   - path: a file, or a folder of files.
  ///   - texts: rows that each must have.
  /// - Throws: `RunError` that names the file or array that is damaged, missing or does not fit.
  public init(path: String, texts: Int) throws(RunError) {
    files = try Self.files(at: path)
    var arrays: [FeatureKey: StoredArray] = [:]
    for file in files {
      for (name, array) in try Self.arrays(in: file) {
        let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        guard let key = FeatureKey(arrayName: name) ?? FeatureKey(arrayName: "\(stem).\(name)")
        else {
          throw RunError(
            array.part.place,
            "no layer is called so; name it as hidden.3.mean, act.7.max or decoder.hidden.3.mean")
        }
        guard arrays.updateValue(array, forKey: key) == nil else {
          throw RunError(array.part.place, "these features stand there twice")
        }
        guard array.rows == texts else {
          throw RunError(array.part.place, "\(array.rows) rows for \(texts) texts")
        }
      }
    }
    self.arrays = arrays
    poolings = Pooling.allCases.filter { pooling in arrays.keys.contains { $0.pooling == pooling } }
    stacks = Stacks(
      blocks: try Self.blocks(.hidden, .activation, arrays, path),
      decoderBlocks: arrays.keys.contains { $0.representation.isDecoder }
        ? try Self.blocks(.decoderHidden, .decoderActivation, arrays, path) : 0)
    let hasActivations = arrays.keys.contains { !$0.representation.isHidden }
    width = try Self.width([.hidden, .decoderHidden], stacks, arrays, poolings, path)
    neurons =
      hasActivations
      ? try Self.width([.activation, .decoderActivation], stacks, arrays, poolings, path) : 0
  }

  /// The blocks of a stack, by its last layers.
  private static func blocks(
    _ hidden: Representation, _ activation: Representation, _ arrays: [FeatureKey: StoredArray],
    _ path: String
  ) throws(RunError) -> Int {
    func last(_ representation: Representation) -> Int? {
      arrays.keys.filter { $0.representation == representation }.map(\.layer).max()
    }
    let (layers, acts) = (last(hidden) ?? 0, last(activation))
    let prefix = hidden.isDecoder ? "decoder." : ""
    guard 1...1_000 ~= layers else {
      throw RunError(
        path,
        "no \(prefix)hidden states 0 and 1 at least; name them \(prefix)hidden.0.mean, "
          + "\(prefix)hidden.1.mean")
    }
    guard acts == nil || acts == layers - 1 else {
      throw RunError(
        path,
        "\(prefix)hidden states 0 … \(layers) and activations up to \(acts ?? 0), not \(layers - 1)"
      )
    }
    return layers
  }

  /// The columns that all layers of some representations have, every one of which must be there.
  private static func width(
    _ representations: [Representation], _ stacks: Stacks, _ arrays: [FeatureKey: StoredArray],
    _ poolings: [Pooling], _ path: String
  ) throws(RunError) -> Int {
    var width: Int?
    for key in representations.flatMap({ representation in
      (0..<representation.layers(of: stacks)).flatMap { layer in
        poolings.map { FeatureKey(representation, layer: layer, pooling: $0) }
      }
    }) {
      guard let array = arrays[key] else {
        throw RunError(
          path, "no array \(key.layerName).\(key.pooling.rawValue), while others are there")
      }
      guard array.columns == width ?? array.columns else {
        throw RunError(
          array.part.place, "\(array.columns) columns, while layers before have \(width ?? 0)")
      }
      width = array.columns
    }
    return width ?? 0
  }

  /// Copies what a plan needs into a store's files, in their form.
  ///
  /// - Parameters:
  ///   - store: whose files are written anew.
  ///   - plan: of the arrays that are copied.
  ///   - progress: called after every array.
  /// - Throws: `RunError` if an array is damaged or a file cannot be written.
  public func copy(
    to store: FeatureStore, _ plan: FeaturePlan, progress: (WorkProgress) -> Void
  ) throws(RunError) {
    let writer = try store.writer(for: plan)
    for (done, key) in plan.keys.enumerated() {
      guard let array = arrays[key] else { preconditionFailure("no array of \(key)") }
      try array.forEachPiece { first, rows throws(RunError) in
        try writer.put(rows, of: Array(first..<first + rows.rows), key)
      }
      progress(WorkProgress("importing features", done: done + 1, total: plan.keys.count))
    }
    try writer.close()
  }

  // MARK: Files

  private static func files(at path: String) throws(RunError) -> [String] {
    let kinds = [".npy", ".npz", ".safetensors"]
    func isArrays(_ name: String) -> Bool { kinds.contains { name.lowercased().hasSuffix($0) } }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      guard FileManager.default.fileExists(atPath: path) else {
        throw RunError(path, "no such file or folder of features")
      }
      guard isArrays(path) else {
        throw RunError(path, "not one of \(kinds.joined(separator: ", "))")
      }
      return [path]
    }
    let files = names.filter(isArrays).sorted().map { path + "/" + $0 }
    guard !files.isEmpty else {
      throw RunError(path, "no \(kinds.joined(separator: ", ")) file stands there")
    }
    return files
  }

  private static func arrays(in file: String) throws(RunError) -> [(String, StoredArray)] {
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    var arrays: [(String, StoredArray)] = []
    switch URL(fileURLWithPath: file).pathExtension.lowercased() {
    case "npy":
      let attributes = try? FileManager.default.attributesOfItem(atPath: file)
      let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
      arrays = [
        (
          name,
          try StoredArray(numpy: FilePart(path: file, place: file, range: 0..<size, size: size))
        )
      ]
    case "npz":
      for (member, part) in try ZipArchive(path: file).members {
        let inner = member.hasSuffix(".npy") ? String(member.dropLast(4)) : member
        arrays.append((inner, try StoredArray(numpy: part)))
      }
    default:
      let tensors: SafetensorsFile
      do { tensors = try SafetensorsFile(path: file) } catch {
        throw RunError(file, "damaged: \(error.description)")
      }
      for (name, entry) in tensors.entries.sorted(by: { $0.key < $1.key }) {
        arrays.append((name, try StoredArray(entry, name, of: file)))
      }
    }
    return arrays
  }
}

extension FeatureKey {
  /// The key that `hidden.3.mean`, `act.7.max` or `decoder.hidden.3.mean` names; nil if it is no such
  /// name.
  init?(arrayName: String) {
    let isDecoder = arrayName.hasPrefix("decoder.")
    let parts = arrayName.dropFirst(isDecoder ? "decoder.".count : 0)
      .split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, ["hidden", "act"].contains(parts[0]), let layer = Int(parts[1]),
      0...1_000 ~= layer, "\(layer)" == parts[1], let pooling = Pooling(rawValue: String(parts[2]))
    else { return nil }
    let representation = Representation(
      isHidden: parts[0] == "hidden", of: isDecoder ? .decoder : .encoder)
    self.init(representation, layer: layer, pooling: pooling)
  }
}
