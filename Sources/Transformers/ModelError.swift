import StrictJSON

/// Why a model folder was refused: the file, what was found there and what to do.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var problem: Problem

  /// The kinds of fault that are told apart.
  public enum Problem: Equatable, Sendable {
    /// Nothing stands at the path, or it cannot be read.
    case unreadable(String)
    /// The folder lacks a file that every model folder has; what it holds instead.
    case notAModelFolder(missing: String, found: [String])
    /// A key of `config.json` is absent or makes no sense.
    case configuration(key: String, expected: String, found: String)
    /// Something that this program cannot run exactly, and so does not run.
    case unsupported(what: String, found: String, supported: String)
    /// The file's bytes are not what the format allows.
    case malformed(String)
    /// Something else stands in the file's place: what, and how to get the file.
    case placeholder(String)
    /// The weights are in a file of another format, and how to convert it.
    case otherFormat(OtherWeights, file: String)
    /// Loading would take more memory than there is; both in bytes.
    case memory(needed: Int, available: Int)
    /// A tensor is absent or has another shape than the configuration says.
    case tensor(name: String, expected: String, found: String)
  }

  public var description: String { "\(printable(path: path)): \(explanation)" }

  private var explanation: String {
    switch problem {
    case .unreadable(let reason):
      "cannot be read: \(reason); check the path"
    case .notAModelFolder(let missing, let found):
      "not a Hugging Face model folder: no \(missing), found "
        + (found.isEmpty
          ? "nothing" : found.prefix(8).map { printable($0) }.joined(separator: ", "))
        + "; give a folder with config.json and model.safetensors"
    case .configuration(let key, let expected, let found):
      "\(key): expected \(expected), found \(printable(found))"
    case .unsupported(let what, let found, let supported):
      "\(what) \(printable(found)) is not supported; supported: \(supported)"
    case .malformed(let reason):
      "\(printable(reason, limit: 400)); download the file again"
    case .placeholder(let found):
      found
    case .otherFormat(let format, let file):
      "no model.safetensors, but \(printable(file)), \(format.advice)"
    case .memory(let needed, let available):
      "needs \(megabytes(needed)) MB of memory to load and run, \(megabytes(available)) MB are "
        + "free; close other programs or choose a smaller model"
    case .tensor(let name, let expected, let found):
      "tensor \(printable(name)): expected \(expected), found \(printable(found))"
    }
  }

  private func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }
}
