import Foundation
import Tensors

/// A model folder's tensors by name, each checked against the shape that is asked for.
struct Weights: Sendable {
  /// The file that holds each tensor.
  let files: [String: SafetensorsFile]
  /// What stands before the names of the base model, and what may then not stand there too.
  private let prefix: String
  private let otherPrefix: String?
  /// Where a tensor that no file holds is looked for by a reader: the file, or the index.
  private let path: String
  private let answer: Answer
  /// Whether there is memory for the panels of all weights: else they are made for each product.
  private(set) var keepsPanels = true

  /// What becomes of a request for a tensor.
  private enum Answer {
    /// It is read.
    case read
    /// It is noted; nothing is read.
    case note(Survey)
    /// Values of the same shape are drawn.
    case draw(UntrainedWeights)
  }

  /// Opens the folder's weights.
  init(folder: URL) throws(ModelError) {
    prefix = ""
    otherPrefix = nil
    answer = .read
    switch try WeightFiles(folder: folder) {
    case .whole(let path):
      let file = try SafetensorsFile(path: path)
      files = file.entries.mapValues { _ in file }
      self.path = path
    case .sharded(let index, let shards):
      files = try Self.join(shards, index: index)
      path = index
    }
  }

  private init(_ other: Weights, prefix: String, otherPrefix: String?, answer: Answer) {
    files = other.files
    path = other.path
    self.prefix = prefix
    self.otherPrefix = otherPrefix
    self.answer = answer
    keepsPanels = other.keepsPanels
  }

  /// The same tensors, of which `survey` notes what is asked of them; none is read.
  func noted(by survey: Survey) -> Weights { answering(.note(survey)) }

  /// Tensors of the same names and shapes, as they are before a model is trained.
  func drawn(by untrained: UntrainedWeights) -> Weights { answering(.draw(untrained)) }

  private func answering(_ answer: Answer) -> Weights {
    Weights(self, prefix: prefix, otherPrefix: otherPrefix, answer: answer)
  }

  /// The tensors of all shards; the index lists some or all of them.
  private static func join(
    _ shards: [String: [String]], index: String
  ) throws(ModelError) -> [String: SafetensorsFile] {
    var files: [String: SafetensorsFile] = [:]
    for (path, names) in shards.sorted(by: { $0.key < $1.key }) {
      let file = try SafetensorsFile(path: path)
      for name in names where file.entries[name] == nil {
        throw ModelError(
          path: path,
          problem: .tensor(
            name: name, expected: "to be there, as the index says", found: "nothing"))
      }
      for name in file.entries.keys {
        guard let other = files.updateValue(file, forKey: name) else { continue }
        let places = [other.path, path].map { URL(fileURLWithPath: $0).lastPathComponent }
        throw ModelError(
          path: index,
          problem: .tensor(
            name: name, expected: "to be in one file", found: places.joined(separator: " and ")))
      }
    }
    return files
  }

  /// Refuses to start what would not fit: copied weights, and one worker's matrices for the longest
  /// text of a model of this shape.
  func requireMemory(for shape: ModelShape, available: Int?) throws(ModelError) {
    let needed = copiedBytes + shape.workspaceBytes(tokens: shape.maxTokens)
    if let available, needed > available {
      throw ModelError(path: path, problem: .memory(needed: needed, available: available))
    }
  }

  /// The same tensors, whose panels are kept only if all of them, and one worker's matrices for the
  /// longest text of a model of this shape, fit into `available` bytes.
  func fitting(_ shape: ModelShape, into available: Int?) -> Weights {
    let panels = files.reduce(0) { sum, file in
      guard let entry = file.value.entries[file.key], let type = NumberType(rawValue: entry.type)
      else { return sum }
      return sum + (isDrawn ? entry.range.count / type.size * 4 : entry.range.count)
    }
    var weights = self
    if let available {
      weights.keepsPanels = panels + shape.workspaceBytes(tokens: shape.maxTokens) <= available
    }
    return weights
  }

  private var isDrawn: Bool {
    if case .draw = answer { true } else { false }
  }

  /// The memory of the tensors that are drawn, or copied and widened because they do not lie at a
  /// multiple of their numbers' size; those of a head too, though they are not used.
  var copiedBytes: Int {
    files.reduce(0) { sum, file in
      guard let entry = file.value.entries[file.key], let type = NumberType(rawValue: entry.type),
        isDrawn || entry.range.lowerBound % type.size != 0
      else { return sum }
      return sum + entry.range.count / type.size * 4
    }
  }

  /// Whether there is a tensor `name`.
  func contains(_ name: String) -> Bool { files[stored(name)] != nil }

  /// Whether some tensor's name starts with `part`.
  func containsAny(startingWith part: String) -> Bool {
    files.keys.contains { $0.hasPrefix(prefix + part) }
  }

  /// The same tensors under shorter names, where a model with a head on top writes `prefix`
  /// before the names of the base model.
  ///
  /// - Parameters:
  ///   - prefix: with its dot, `bert.`.
  ///   - name: a base tensor, by which the two layouts are told apart.
  /// - Returns: these weights themselves where the names have no prefix.
  func stripping(prefix: String, of name: String) -> Weights {
    let bare = files[name] == nil && files[prefix + name] != nil
    return Weights(
      self, prefix: bare ? prefix : "", otherPrefix: bare ? "" : prefix, answer: answer)
  }

  /// The `(rows, columns)` tensor `name`.
  func matrix(_ name: String, rows: Int, columns: Int) throws(ModelError) -> Parameter {
    let stored = stored(name)
    switch answer {
    case .read: return try file(of: name).parameter(stored, rows: rows, columns: columns)
    case .note(let survey): return try note(name, rows: rows, columns: columns, by: survey)
    case .draw(let untrained):
      _ = try file(of: name).place(of: stored, rows: rows, columns: columns)
      return untrained.matrix(stored, rows: rows, columns: columns)
    }
  }

  /// The tensor `name` of `count` values, as one row.
  func vector(_ name: String, count: Int) throws(ModelError) -> Parameter {
    guard case .draw(let untrained) = answer else {
      return try matrix(name, rows: 1, columns: count).widened
    }
    return untrained.vector(stored(name), count: count)
  }

  private func note(
    _ name: String, rows: Int, columns: Int, by survey: Survey
  ) throws(ModelError) -> Parameter {
    let stored = stored(name)
    do throws(ModelError) {
      _ = try file(of: name).place(of: stored, rows: rows, columns: columns)
      survey.note(stored)
    } catch {
      try survey.note(stored, fault: error, isMissing: files[stored] == nil)
    }
    return Parameter(rows: 0, columns: 0, values: [])
  }

  /// The file that holds the tensor `name`.
  ///
  /// - Throws: `ModelError` if it is not there, or under two names, of which nothing says which is
  ///   the model's.
  private func file(of name: String) throws(ModelError) -> SafetensorsFile {
    func refuse(_ expected: String, found: String) -> ModelError {
      ModelError(
        path: path, problem: .tensor(name: stored(name), expected: expected, found: found))
    }
    guard let file = files[stored(name)] else { throw refuse("to be there", found: "nothing") }
    if let rival = rival(of: name) { throw refuse("to be there once", found: "\(rival) too") }
    return file
  }

  /// The name under which the file holds a tensor.
  private func stored(_ name: String) -> String {
    let names = spellings(of: name).map { prefix + $0 }
    return names.first { files[$0] != nil } ?? names[0]
  }

  /// Another name under which the file holds the same tensor.
  private func rival(of name: String) -> String? {
    let stored = stored(name)
    return [prefix, otherPrefix].compactMap { $0 }
      .flatMap { prefix in spellings(of: name).map { prefix + $0 } }
      .first { $0 != stored && files[$0] != nil }
  }

  /// The usual name first; checkpoints from before 2020 call a norm's scale and shift `gamma` and
  /// `beta`.
  private func spellings(of name: String) -> [String] {
    var names = [name]
    for (new, old) in [
      (".LayerNorm.weight", ".LayerNorm.gamma"), (".LayerNorm.bias", ".LayerNorm.beta"),
    ] where name.hasSuffix(new) {
      names.append(name.dropLast(new.count) + old)
    }
    return names
  }
}

/// Whether a folder lists a file, if only as a link that leads nowhere.
func isListed(_ path: String) -> Bool {
  (try? FileManager.default.attributesOfItem(atPath: path)) != nil
}

/// The names of a folder's files in order; what to show where an expected one is missing.
func fileNames(in folder: URL) -> [String] {
  ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
}
