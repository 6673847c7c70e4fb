/// A JSON value whose strings and keys are bytes.
///
/// A Swift `String` key would merge "é" with "e" + U+0301, which are two pieces of a vocabulary;
/// so nothing here becomes a `String` before someone asks for text to show.
public enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits.
  case integer(Int)
  case number(Double)
  case string([UInt8])
  case array([JSON])
  /// Members in the file's order; repeated keys stay, and are the reader's to refuse.
  case object([Member])

  /// A key and its value.
  public struct Member: Equatable, Sendable {
    public var key: [UInt8]
    public var value: JSON
  }

  /// Reads a whole file's bytes.
  ///
  /// - Throws: `JSONError` with the byte at which the text stops being UTF-8 or JSON.
  public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
    try JSONParser.parse(bytes)
  }

  /// The value of a key; nil if the value is no object or has no such key.
  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key.elementsEqual(key.utf8) }?.value
  }

  /// A key that stands in an object twice; nil if none does, or the value is no object.
  public var repeatedKey: String? {
    guard case .object(let members) = self else { return nil }
    var keys: Set<[UInt8]> = []
    return members.first { !keys.insert($0.key).inserted }
      .map { String(decoding: $0.key, as: UTF8.self) }
  }

  /// The text of a string value.
  public var text: String? {
    guard case .string(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value of an integer.
  public var integer: Int? {
    guard case .integer(let value) = self else { return nil }
    return value
  }

  /// The value's kind, in words for a message.
  public var kind: String {
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
public struct JSONError: Error, Equatable, Sendable {
  /// Byte of the file, from 0.
  public var byte: Int
  public var reason: String
}

/// `text` as a JSON string, quotes included.
public func quoted(_ text: String) -> String {
  var json = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": json += "\\\""
    case "\\": json += "\\\\"
    case "\n": json += "\\n"
    case "\r": json += "\\r"
    case "\t": json += "\\t"
    case _ where isInvisible(scalar): json += escaped(scalar)
    default: json.unicodeScalars.append(scalar)
    }
  }
  return json + "\""
}

/// JSON as it is, but for characters in its strings that a terminal would act on or hide: they are
/// escaped.
public func escapingInvisible(json: String) -> String {
  var escaped = ""
  for scalar in json.unicodeScalars {
    if isInvisible(scalar), scalar != "\n" {
      escaped += StrictJSON.escaped(scalar)
    } else {
      escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}

/// Whether a scalar moves the cursor or the reading direction instead of showing itself.
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator: true
  default: false
  }
}

/// `\uXXXX`, twice for a scalar beyond U+FFFF.
private func escaped(_ scalar: Unicode.Scalar) -> String {
  UTF16.encode(scalar).map { units in
    units.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  } ?? ""
}
