import StrictJSON

/// What is wrong with a tokenizer's files, where, and what to do.
public struct TokenizerError: Error, Equatable, Sendable {
  /// The file or folder, as it was given.
  public var file: String
  /// A path of JSON keys, a line or a byte; empty for the file as a whole.
  public var place: String
  public var problem: Problem

  /// The kinds of fault that are told apart.
  public enum Problem: Equatable, Sendable {
    /// The folder holds no tokenizer that can be read; its files are named.
    case noTokenizer(found: [String])
    /// The file cannot be read, and why.
    case unreadable(String)
    /// The bytes are not what the format allows.
    case malformed(String)
    /// A value is absent or of another kind than the format says.
    case unexpected(expected: String, found: String)
    /// A stage or setting that SpinScope does not know; running without it would give other ids.
    case unsupported(kind: String, name: String)
    /// Two pieces with one id, or two ids for one piece.
    case duplicate(String)
    /// An id that is negative, too large, or not the one the library would give.
    case badID(String)
    /// A piece that a stage needs and the vocabulary lacks.
    case missingPiece(String)
  }

  public init(file: String, place: String = "", problem: Problem) {
    self.file = file
    self.place = place
    self.problem = problem
  }
}

extension TokenizerError: CustomStringConvertible {
  /// One line: file, place, what was found and what to do.
  public var description: String {
    let location =
      place.isEmpty ? printable(path: file) : "\(printable(path: file)): \(printable(place))"
    return "\(location): \(explanation)"
  }

  private var explanation: String {
    switch problem {
    case .noTokenizer(let found):
      let names = found.isEmpty ? "nothing" : found.map { printable($0) }.joined(separator: ", ")
      let hint =
        found.contains("spiece.model")
        ? "spiece.model alone is not supported; save the tokenizer with transformers, which"
          + " writes tokenizer.json"
        : "give a Hugging Face model folder"
      return "no tokenizer.json, vocab.txt or vocab.json with merges.txt, found \(names); \(hint)"
    case .unreadable(let reason):
      return "cannot be read: \(printable(reason))"
    case .malformed(let reason):
      return "\(reason); download the file again"
    case .unexpected(let expected, let found):
      return "expected \(expected), found \(found); download the file again"
    case .unsupported(_, let name):
      return "\(printable(name)) is not supported; use a model with another tokenizer"
    case .duplicate(let what):
      return "\(printable(what)); every piece needs one id of its own"
    case .badID(let what):
      return "\(printable(what)); download the file again, or save it again with tokenizers"
    case .missingPiece(let piece):
      return "the vocabulary lacks \(printable(piece)); download the file again"
    }
  }
}
