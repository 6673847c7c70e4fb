import Foundation
import Probing
import Tensors
import Tokenizers
import Transformers

/// What a model folder holds, and in each part's place what is wrong with it.
struct ModelFacts {
  private let folder: URL
  private let survey: ModelSurvey
  private let tokenizer: Result<Tokenizer, TokenizerError>

  /// Weights up to this many bytes are looked through for what is not a number: a second's reading.
  private static let readable = 1_000_000_000

  /// Files of weights that have a line.
  private static let maxFiles = 8

  /// Looks into a folder; nothing that is wrong there stops it.
  init(folder: URL) {
    self.folder = folder
    survey = ModelSurvey(folder: folder)
    tokenizer = Result { () throws(TokenizerError) in try Tokenizer(folder: folder) }
  }

  /// Whether the folder holds no part of a model at all.
  var isEmpty: Bool {
    survey.modelType == nil && survey.files.failure != nil && tokenizer.failure != nil
  }

  /// What would stop `fit`, the first of several; nil where nothing would.
  var failure: Failure? {
    do throws(Failure) {
      try explaining {
        _ = try survey.shape.get()
        if let fault = try survey.tensors.get().fault { throw fault }
        try LoadedModel.check(tokenizer.get(), survey.shape.get(), folder)
      }
      return nil
    } catch {
      return error
    }
  }

  /// The facts as lines.
  var text: String {
    var table = FactTable()
    addSizes(to: &table)
    table.addGap()
    addWeights(to: &table)
    table.addGap()
    addTokenizer(to: &table)
    table.addGap()
    addMemory(to: &table)
    return table.text
  }

  // MARK: Sizes

  private func addSizes(to table: inout FactTable) {
    let classes = survey.architectures.joined(separator: ", ")
    switch survey.shape {
    case .failure(let error):
      if let type = survey.modelType {
        table.add("family", "\(type)\(classes.isEmpty ? "" : " · \(classes)")")
      }
      table.add("sizes", problem(error))
    case .success(let shape):
      table.add("family", "\(shape.family) · \(classes.isEmpty ? "no class named" : classes)")
      table.add(
        "blocks",
        "\(grouped(shape.blocks))"
          + (shape.decoderBlocks > 0
            ? " in the encoder, \(grouped(shape.decoderBlocks)) in the decoder" : ""))
      table.add(
        "width",
        "\(grouped(shape.width)) · \(grouped(shape.heads)) heads · "
          + "\(grouped(shape.neurons)) activations a block")
      if shape.hasFinalNorm { table.add("", "a final norm behind the last block") }
      if shape.isGated { table.add("", "a gated feed-forward: the activation is the gate") }
      table.add("embeddings", grouped(shape.vocabulary))
      table.add("longest text", "\(grouped(shape.maxTokens)) tokens")
    }
  }

  // MARK: Weights

  private func addWeights(to table: inout FactTable) {
    switch survey.files {
    case .failure(let error): table.add("weights", problem(error))
    case .success(let files):
      table.add("weights", files.prefix(Self.maxFiles).map(facts))
      if files.count > Self.maxFiles {
        table.add("", "and \(grouped(files.count - Self.maxFiles)) more files")
      }
    }
    switch survey.tensors {
    case .failure(let error):
      // What is wrong with sizes or files stands there already.
      if survey.files.failure == nil && survey.shape.failure == nil {
        table.add("tensors", problem(error))
      }
    case .success(let tensors): addTensors(tensors, to: &table)
    }
    addHead(to: &table)
  }

  /// `model.safetensors · 103 F32, 1 I64 · 90.9 MB`.
  private func facts(_ file: SafetensorsFile) -> String {
    let types = Dictionary(grouping: file.entries.values, by: \.type).mapValues(\.count)
      .sorted { $0.key < $1.key }.map { "\(grouped($0.value)) \($0.key)" }.joined(separator: ", ")
    return "\(name(file.path)) · \(types.isEmpty ? "no tensors" : types) · "
      + size(file.entries.values.reduce(0) { $0 + $1.range.count })
  }

  private func addTensors(_ tensors: TensorSurvey, to table: inout FactTable) {
    table.add(
      "missing",
      tensors.missing.isEmpty
        ? "none" : "! " + counted(tensors.missing, orMore: tensors.isCutShort))
    if !tensors.misfits.isEmpty {
      table.add("misfits", tensors.misfits.prefix(5).map(problem))
      if tensors.misfits.count > 5 {
        table.add("", "and \(grouped(tensors.misfits.count - 5)) more")
      }
    }
    let groups = Dictionary(grouping: tensors.extra) { LeftOver(tensor: $0) }
    let known = LeftOver.allCases.filter { $0 != .unknown }.compactMap { kind in
      groups[kind].map { "\(kind.rawValue) · \(counted($0))" }
    }
    table.add("not read", known.isEmpty ? ["none"] : known)
    table.add("unexpected", counted(groups[.unknown] ?? []))
    table.add("values", values(of: tensors))
  }

  /// `none`, or how many and the first five.
  private func counted(_ names: [String], orMore: Bool = false) -> String {
    names.isEmpty
      ? "none" : "\(grouped(names.count))\(orMore ? " or more" : ""): \(listed(names))"
  }

  private func values(of tensors: TensorSurvey) -> String {
    guard tensors.readBytes <= Self.readable else {
      return "not looked through: \(size(tensors.readBytes))"
    }
    let names = tensors.notFinite()
    return names.isEmpty
      ? "all finite" : "infinite or not a number, in \(counted(names)): answers will be too"
  }

  private func addHead(to table: inout FactTable) {
    switch survey.head {
    case .success(nil):
      table.add("own head", "none")
      if let labels = survey.labels { table.add("labels", counted(labels)) }
    case .success(let head?):
      table.add("own head", "\(head.kind.words), on the \(head.token.words)")
      table.add("labels", counted(head.labels))
    case .failure(let error):
      if survey.shape.failure == nil && survey.files.failure == nil {
        table.add("own head", problem(error))
      }
    }
  }

  // MARK: Tokenizer

  private func addTokenizer(to table: inout FactTable) {
    switch tokenizer {
    case .failure(let error): table.add("tokenizer", problem(error))
    case .success(let tokenizer):
      let parts = tokenizer.parts
      table.add("tokenizer", "\(parts.source) · \(grouped(tokenizer.vocabularySize)) ids")
      table.add("normalizer", parts.normalizer)
      table.add("pre-tokenizer", parts.preTokenizer)
      table.add("token model", "\(parts.model) · \(grouped(parts.pieces)) pieces")
      table.add("post-processor", parts.postProcessor)
      table.add("added tokens", counted(parts.addedTokens))
      table.add("max length", tokenizer.maxLength.map { "\(grouped($0)) tokens" } ?? "none")
    }
  }

  // MARK: Memory and warnings

  private func addMemory(to table: inout FactTable) {
    if case .success(let tensors) = survey.tensors {
      table.add(
        "memory to load",
        "\(tensors.lacksMemory ? "! " : "")\(some(tensors.mappedBytes)) mapped, "
          + "\(some(tensors.copiedBytes)) copied")
    }
    if case .success(let shape) = survey.shape {
      let workers = availableWorkers()
      let bytes = shape.workspaceBytes(tokens: max(Extractor.budget, shape.maxTokens))
      table.add(
        "memory to run",
        "about \(size(workers * bytes)) on \(workers) core\(workers == 1 ? "" : "s")"
      )
    }
    table.add("memory free", ModelSurvey.availableBytes.map(size) ?? "unknown")
    table.add("warnings", warnings.isEmpty ? ["none"] : warnings)
    table.add("verdict", verdict)
  }

  private var verdict: String {
    if failure != nil { return "cannot be used; ! says why" }
    return survey.head.failure == nil ? "can be used" : "can be used, but for its own head"
  }

  private var warnings: [String] {
    var warnings: [String] = []
    if let shape = try? survey.shape.get(), let tokenizer = try? tokenizer.get() {
      if tokenizer.vocabularySize > shape.vocabulary {
        warnings.append(
          "! the tokenizer has \(grouped(tokenizer.vocabularySize)) ids, the model "
            + "\(grouped(shape.vocabulary)) embeddings: they belong to different models")
      }
      if let limit = tokenizer.maxLength, limit < shape.maxTokens {
        warnings.append(
          "texts are cut at the tokenizer's \(grouped(limit)) tokens; the model could read "
            + grouped(shape.maxTokens))
      }
    }
    if let tensors = try? survey.tensors.get(), let available = ModelSurvey.availableBytes,
      tensors.mappedBytes + tensors.copiedBytes > available
    {
      warnings.append("the weights are larger than what is available: every text reads them again")
    }
    return warnings
  }

  // MARK: Words

  /// A problem without the path of the folder, which the reader knows.
  private func problem(_ error: some CustomStringConvertible) -> String {
    let text = error.description
    for path in ["\(folder.path)/", "\(folder.path): "] where text.hasPrefix(path) {
      return "! \(text.dropFirst(path.count))"
    }
    return "! \(text)"
  }

  private func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

  /// `nothing`, or a size.
  private func some(_ bytes: Int) -> String { bytes == 0 ? "nothing" : size(bytes) }

  /// `90.9 MB`.
  private func size(_ bytes: Int) -> String {
    let value = Double(bytes)
    return switch bytes {
    case ..<1_000_000: "\(decimals(value / 1e3, 1)) kB"
    case ..<1_000_000_000: "\(decimals(value / 1e6, 1)) MB"
    default: "\(decimals(value / 1e9, 1)) GB"
    }
  }
}

extension ClassificationHead.Kind {
  /// What the scores are.
  fileprivate var words: String {
    switch self {
    case .exclusive: "one label of several (softmax)"
    case .independent: "each label by itself (sigmoid)"
    case .regression: "a value (regression)"
    }
  }
}

extension HeadToken {
  fileprivate var words: String {
    switch self {
    case .first: "first token"
    case .last: "last token"
    case .lastEnd: "last token that ends a text"
    }
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
