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
    guard FileManager.default.fileExists(atPath: path) else {
      throw ModelError(
        path: folder.path,
        problem: .notAModelFolder(missing: "config.json", found: fileNames(in: folder)))
    }
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch {
      throw ModelError(path: path, problem: .unreadable(error.reason))
    }
    guard file.count <= Self.maxBytes else {
      throw ModelError(path: path, problem: .malformed("\(file.count) bytes"))
    }
    do { json = try JSON.parse(file.bytes(0..<file.count)) } catch {
      throw ModelError(path: path, problem: .malformed("byte \(error.byte): \(error.reason)"))
    }
    guard case .object = json else { throw ModelError(path: path, problem: .malformed(json.kind)) }
    try require("quantization_config", nil)
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

  /// A size of at least 1.
  func size(_ key: String, default fallback: Int? = nil) throws(ModelError) -> Int {
    if json[key] == nil, let fallback { return fallback }
    guard let value = json[key]?.integer, 1...1_000_000_000 ~= value else {
      throw wrong(key, expected: "an integer of 1 or more")
    }
    return value
  }

  /// A number of attention heads, which must divide the width.
  func heads(_ key: String, width: String) throws(ModelError) -> Int {
    let (heads, columns) = (try size(key), try size(width))
    guard columns % heads == 0 else { throw wrong(key, expected: "a divisor of \(columns)") }
    return heads
  }

  /// A positive real number.
  func number(_ key: String, default fallback: Float) throws(ModelError) -> Float {
    switch json[key] {
    case nil: return fallback
    case .number(let value) where value > 0: return Float(value)
    case .integer(let value) where value > 0: return Float(value)
    default: throw wrong(key, expected: "a positive number")
    }
  }

  /// The non-linearity that a key names.
  func activation(_ key: String, default fallback: String) throws(ModelError) -> Activation {
    let name = json[key] == nil ? fallback : json[key]?.text ?? ""
    switch name {
    case "gelu": return .gelu
    case "gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh": return .geluTanh
    case "relu": return .relu
    default:
      throw ModelError(
        path: path,
        problem: .unsupported(
          what: "\(key)", found: json[key]?.kind ?? name,
          supported: "gelu, gelu_new, gelu_pytorch_tanh, relu"))
    }
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

  private func wrong(_ key: String, expected: String) -> ModelError {
    ModelError(
      path: path,
      problem: .configuration(key: key, expected: expected, found: json[key]?.kind ?? "nothing"))
  }
}
