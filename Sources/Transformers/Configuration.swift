import Foundation
import StrictJSON
import Tensors

/// A model folder's `config.json`, read key by key; every key has a check.
struct Configuration: Sendable {
  let path: String
  private let json: JSON

  /// A file that would not fit a reader's screen a thousand times over is no configuration.
  private static let maxBytes = 1_000_000

  init(folder: URL) throws(ModelError) {
    guard
      let kind = try? FileManager.default.attributesOfItem(
        atPath: folder.resolvingSymlinksInPath().path)[.type] as? FileAttributeType
    else { throw ModelError(path: folder.path, problem: .unreadable("no such folder")) }
    guard kind == .typeDirectory else {
      throw ModelError(path: folder.path, problem: .unreadable("a file, not a folder"))
    }
    path = folder.appendingPathComponent("config.json").path
    guard isListed(path) else {
      throw ModelError(
        path: folder.path,
        problem: .notAModelFolder(missing: "config.json", found: fileNames(in: folder)))
    }
    json = try readJSON(path, maxBytes: Self.maxBytes)
    for key in ["quantization_config", "compression_config"] { try require(key, nil) }
  }

  /// The family's name in Hugging Face's words: `bert`.
  var modelType: String {
    get throws(ModelError) {
      guard let type = json["model_type"]?.text else {
        throw wrong("model_type", expected: "a family's name")
      }
      return type
    }
  }

  /// A size of at least 1; where `key` is absent, that of `alias`, another name for it.
  func size(
    _ key: String, alias: String? = nil, default fallback: Int? = nil
  ) throws(ModelError) -> Int {
    let key = try present(key, alias)
    if json[key] == nil, let fallback { return fallback }
    guard let value = json[key]?.integer, 1...1_000_000_000 ~= value else {
      throw wrong(key, expected: "an integer of 1 or more")
    }
    return value
  }

  /// A number of attention heads, which must divide the width.
  func heads(
    _ key: String, alias: String? = nil, default fallback: Int, width: Int
  ) throws(ModelError) -> Int {
    let heads = try size(key, alias: alias, default: fallback)
    guard width % heads == 0 else {
      throw wrong(try present(key, alias), expected: "a divisor of \(width)")
    }
    return heads
  }

  /// The id of a token, or nil where the key is absent or `null`; it need not be one of the model's.
  func anyID(_ key: String) throws(ModelError) -> Int32? {
    if isNull(key) { return nil }
    guard let value = json[key]?.integer, let id = Int32(exactly: value) else {
      throw wrong(key, expected: "an id or null")
    }
    return id
  }

  /// The id of a token.
  func id(_ key: String, default fallback: Int, below count: Int) throws(ModelError) -> Int {
    guard let value = json[key] == nil ? fallback : json[key]?.integer, 0..<count ~= value else {
      throw wrong(key, expected: "an id below \(count)")
    }
    return value
  }

  /// A positive real number.
  func number(_ key: String, default fallback: Float) throws(ModelError) -> Float {
    let value: Float
    switch json[key] {
    case nil: return fallback
    case .number(let number): value = Float(number)
    case .integer(let number): value = Float(number)
    default: throw wrong(key, expected: "a positive number")
    }
    guard value > 0, value.isFinite else { throw wrong(key, expected: "a positive number") }
    return value
  }

  /// A switch.
  func flag(_ key: String, default fallback: Bool) throws(ModelError) -> Bool {
    switch json[key] {
    case nil: return fallback
    case .bool(let value): return value
    default: throw wrong(key, expected: "true or false")
    }
  }

  /// A word.
  func word(_ key: String, default fallback: String) throws(ModelError) -> String {
    guard let value = json[key] else { return fallback }
    guard let text = value.text else { throw wrong(key, expected: "a word") }
    return text
  }

  /// Whether a key is absent or `null`.
  func isNull(_ key: String) -> Bool { json[key] == nil || json[key] == .null }

  /// The value of a key, unchecked; nil where it is absent.
  subscript(key: String) -> JSON? { json[key] }

  /// The non-linearities by their names in transformers' `ACT2FN`.
  private static let activations: [String: Activation] = [
    "gelu": .gelu, "gelu_python": .gelu, "gelu_new": .geluTanh, "gelu_fast": .geluTanh,
    "gelu_pytorch_tanh": .geluTanh, "gelu_python_tanh": .geluTanh, "gelu_accurate": .geluTanh,
    "quick_gelu": .geluSigmoid, "silu": .silu, "swish": .silu, "relu": .relu, "tanh": .tanh,
  ]

  /// The non-linearity that a key names.
  func activation(_ key: String, default fallback: String) throws(ModelError) -> Activation {
    try activation(named: word(key, default: fallback), by: key)
  }

  /// The non-linearity `name`, which `key` brought up.
  func activation(named name: String, by key: String) throws(ModelError) -> Activation {
    guard let activation = Self.activations[name] else {
      throw ModelError(
        path: path,
        problem: .unsupported(
          what: key, found: name,
          supported: Self.activations.keys.sorted().joined(separator: ", ")))
    }
    return activation
  }

  /// Refuses a model whose `key` says anything but `value`; an absent key agrees.
  func require(_ key: String, _ value: String) throws(ModelError) {
    guard let found = json[key], found != .string(Array(value.utf8)) else { return }
    throw ModelError(
      path: path, problem: .unsupported(what: key, found: found.kind, supported: value))
  }

  /// Refuses a model that sets `key`, or sets it to anything but `value`.
  func require(_ key: String, _ value: Bool?) throws(ModelError) {
    guard let found = json[key], found != .null, found != value.map(JSON.bool) else { return }
    throw ModelError(
      path: path,
      problem: .unsupported(
        what: key, found: found.kind, supported: value.map { "\($0)" } ?? "none"))
  }

  /// The error of a key whose value makes no sense.
  func wrong(_ key: String, expected: String) -> ModelError {
    ModelError(
      path: path,
      problem: .configuration(key: key, expected: expected, found: json[key]?.kind ?? "nothing"))
  }

  /// The name under which the file has a value; both are allowed if they agree.
  private func present(_ key: String, _ alias: String?) throws(ModelError) -> String {
    guard let alias, let value = json[alias] else { return key }
    guard json[key] == nil || json[key] == value else {
      throw wrong(key, expected: "\(value.kind), which \(alias) says")
    }
    return alias
  }
}

/// A small file that holds one JSON object, in which no key stands twice.
func readJSON(_ path: String, maxBytes: Int) throws(ModelError) -> JSON {
  let file: MappedFile
  do { file = try MappedFile(path: path) } catch {
    throw ModelError(path: path, problem: .unreadable(error.reason))
  }
  guard file.count <= maxBytes else {
    throw ModelError(path: path, problem: .malformed("\(file.count) bytes"))
  }
  let bytes = file.bytes(0..<file.count)
  if let found = placeholder(bytes) {
    throw ModelError(path: path, problem: .placeholder(found))
  }
  let json: JSON
  do { json = try JSON.parse(bytes) } catch {
    throw ModelError(path: path, problem: .malformed("byte \(error.byte): \(error.reason)"))
  }
  guard case .object = json else {
    throw ModelError(path: path, problem: .malformed(json.kind))
  }
  if let key = json.repeatedKey {
    throw ModelError(path: path, problem: .malformed("\(key) stands there twice"))
  }
  return json
}
