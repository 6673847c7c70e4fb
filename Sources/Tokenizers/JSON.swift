/// A JSON value whose strings and keys are bytes.
///
/// A Swift `String` key would merge "é" with "e" + U+0301, which are two pieces of a vocabulary;
/// so nothing here becomes a `String` before someone asks for text to show.
enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits.
  case integer(Int)
  case number(Double)
  case string([UInt8])
  case array([JSON])
  /// Members in the file's order; repeated keys stay, and are the reader's to refuse.
  case object([Member])

  struct Member: Equatable, Sendable {
    var key: [UInt8]
    var value: JSON
  }

  /// The value's kind, in words for a message.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "the number \(value)"
    case .number(let value): "the number \(value)"
    case .string(let bytes): "the string \"\(printable(String(decoding: bytes, as: UTF8.self)))\""
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// A fault of JSON syntax.
struct JSONError: Error, Equatable, Sendable {
  /// Byte of the file, from 0.
  var byte: Int
  var reason: String
}
