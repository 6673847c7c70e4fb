import Foundation
import Tokenizers
import Transformers

/// What a model folder holds, once everything in it has been checked.
struct ModelFacts {
  private let loaded: LoadedModel
  private let files: [SafetensorsFile]

  /// Loads the folder as `fit` would.
  ///
  /// - Throws: `Failure` with what is wrong.
  init(folder: URL) throws(Failure) {
    loaded = try LoadedModel(folder: folder)
    files = try explaining {
      try WeightFiles(folder: folder).paths.map { try SafetensorsFile(path: $0) }
    }
  }

  /// The facts as lines.
  var text: String {
    let shape = loaded.model.shape
    var lines = [
      "family      \(shape.family)\(traits.isEmpty ? "" : " · \(traits.joined(separator: ", "))")",
      "blocks      \(shape.blocks)"
        + (shape.decoderBlocks > 0 ? " in the encoder, \(shape.decoderBlocks) in the decoder" : ""),
      "width       \(grouped(shape.width)) · \(shape.heads) heads · "
        + "\(grouped(shape.neurons)) activations a block",
      "texts       \(grouped(shape.maxTokens)) tokens at most",
      "vocabulary  \(grouped(shape.vocabulary)) embeddings, "
        + "\(grouped(loaded.tokenizer.vocabularySize)) ids in the tokenizer",
    ]
    for file in files {
      let bytes = file.entries.values.reduce(0) { $0 + $1.range.count }
      lines.append(
        "weights     \(shown(URL(fileURLWithPath: file.path).lastPathComponent)) · "
          + "\(grouped(file.entries.count)) tensors, \(types(file)), "
          + "\(decimals(Double(bytes) / 1e6, 1)) MB")
    }
    lines.append("memory      \(memory)")
    return lines.joined(separator: "\n")
  }

  private var traits: [String] {
    let shape = loaded.model.shape
    return (shape.hasFinalNorm ? ["final norm"] : [])
      + (shape.isGated ? ["gated feed-forward: the activation is the gate"] : [])
  }

  /// `103 F32`: how many tensors have which type.
  private func types(_ file: SafetensorsFile) -> String {
    Dictionary(grouping: file.entries.values, by: \.type).mapValues(\.count)
      .sorted { $0.key < $1.key }.map { "\($0.value) \(shown($0.key))" }.joined(separator: ", ")
  }

  /// F32 is used where the file is mapped; 16-bit numbers become 32-bit ones in memory.
  private var memory: String {
    let widened = files.flatMap(\.entries.values).filter { ["F16", "BF16"].contains($0.type) }
      .reduce(0) { $0 + 2 * $1.range.count }
    return widened == 0
      ? "weights are mapped, nothing is copied" : "\(decimals(Double(widened) / 1e6, 1)) MB as F32"
  }
}
