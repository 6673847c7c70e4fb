/// A strict reader of JSON (RFC 8259) that keeps bytes.
///
/// Refuses what Python's reader lets through: NaN, Infinity, lone surrogates, bytes after the
/// value. Nesting stops at 64, so a file cannot use up the stack.
struct JSONParser: ~Copyable {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  private static let maxDepth = 64

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Throws: `JSONError` with the byte at which the text stops being UTF-8 or JSON.
  static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw JSONError(byte: error.byteOffsets.lowerBound, reason: "not UTF-8")
    }
    var parser = JSONParser(bytes)
    guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
      throw parser.error("a byte order mark before the value")
    }
    let value = try parser.value()
    parser.skipSpace()
    guard parser.index == bytes.count else { throw parser.error("bytes after the value") }
    return value
  }

  private func error(_ reason: String) -> JSONError { JSONError(byte: index, reason: reason) }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  /// Steps over a byte if it comes next, after space.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  private mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"): return try number()
    case let digit? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit):
      return try number()
    case nil: throw error("the file ends in the middle of a value")
    default: throw error("not the start of a JSON value")
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(JSONError) -> JSON
  ) throws(JSONError) -> JSON {
    guard depth < Self.maxDepth else { throw error("nested deeper than \(Self.maxDepth) levels") }
    depth += 1
    index += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(JSONError) -> JSON {
    var members: [JSON.Member] = []
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
      let key = try string()
      guard take(":") else { throw error("expected ':' after a key") }
      members.append(JSON.Member(key: key, value: try value()))
    } while take(",")
    guard take("}") else { throw error("expected ',' or '}'") }
    return .object(members)
  }

  private mutating func array() throws(JSONError) -> JSON {
    var values: [JSON] = []
    if take("]") { return .array(values) }
    repeat { values.append(try value()) } while take(",")
    guard take("]") else { throw error("expected ',' or ']'") }
    return .array(values)
  }

  private mutating func literal(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    for byte in word.description.utf8 {
      guard next == byte else { throw error("not the start of a JSON value") }
      index += 1
    }
    return value
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = index
    if next == UInt8(ascii: "-") { index += 1 }
    if next == UInt8(ascii: "0") { index += 1 } else { try digits() }
    var isInteger = true
    if next == UInt8(ascii: ".") {
      isInteger = false
      index += 1
      try digits()
    }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      index += 1
      if let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { index += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isInteger, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { throw error("a number out of range") }
    return .number(number)
  }

  private mutating func digits() throws(JSONError) {
    let start = index
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { index += 1 }
    guard index > start else { throw error("expected a digit") }
  }

  private mutating func string() throws(JSONError) -> [UInt8] {
    index += 1
    let start = index
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      index += 1
    }
    var text = Array(bytes[start..<index])
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20:
        index -= 1
        throw error("a control character in a string")
      default: text.append(byte)
      }
    }
    throw error("the file ends in the middle of a string")
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = next else { throw error("the file ends in the middle of a string") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      guard let scalar = Unicode.Scalar(try escapedScalar()) else {
        throw error("a lone surrogate")
      }
      text += String(Character(scalar)).utf8
    default: throw error("an unknown escape in a string")
    }
  }

  /// The scalar of `\uXXXX`, or of a pair of them for one beyond U+FFFF.
  private mutating func escapedScalar() throws(JSONError) -> UInt32 {
    let first = try codeUnit()
    guard (0xD800..<0xE000).contains(first) else { return first }
    guard first < 0xDC00, next == UInt8(ascii: "\\") else { throw error("a lone surrogate") }
    index += 1
    guard next == UInt8(ascii: "u") else { throw error("a lone surrogate") }
    index += 1
    let second = try codeUnit()
    guard (0xDC00..<0xE000).contains(second) else { throw error("a lone surrogate") }
    return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
  }

  private mutating func codeUnit() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = hexadecimalDigit(byte) else {
        throw error("expected four hexadecimal digits")
      }
      value = value << 4 | digit
      index += 1
    }
    return value
  }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
  default: nil
  }
}
