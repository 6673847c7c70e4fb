/// The words and values of a TOML text.
struct TomlReader {
  typealias Fault = TomlParser.Fault

  // Deeper than anybody writes, and no danger to the stack.
  private static let depthLimit = 64

  private let bytes: [UInt8]
  private var place = 0
  private var line = 1
  private var depth = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    // A byte order mark.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  /// The next byte; nil at the end.
  var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  func fault(_ reason: String) -> Fault { Fault(line: line, reason: reason) }

  private func unexpected(_ wanted: String) -> Fault {
    guard place < bytes.count else { return fault("expected \(wanted), found the end") }
    let rest = String(decoding: bytes[place...].prefix(8), as: UTF8.self)
    return fault("expected \(wanted), found '\(rest.first.map(String.init) ?? "")'")
  }

  private mutating func next() -> UInt8? {
    guard place < bytes.count else { return nil }
    if bytes[place] == 0x0A { line += 1 }
    place += 1
    return bytes[place - 1]
  }

  private func isNext(_ text: StaticString) -> Bool {
    bytes[place...].starts(with: "\(text)".utf8)
  }

  /// Takes an ASCII text if it is next.
  mutating func take(_ text: StaticString) -> Bool {
    guard isNext(text) else { return false }
    place += text.utf8CodeUnitCount
    return true
  }

  /// Skips spaces and comments, and ends of lines where they mean nothing.
  mutating func skipBlank(lines: Bool = false) {
    while let byte = peek {
      switch byte {
      case 0x20, 0x09: place += 1
      case 0x0A where lines: _ = next()
      case 0x0D where lines && isNext("\r\n"): place += 1
      case UInt8(ascii: "#") where lines: while let byte = peek, byte != 0x0A { place += 1 }
      default: return
      }
    }
  }

  /// Takes a character, and the spaces around it.
  mutating func expect(_ text: StaticString) throws(Fault) {
    skipBlank()
    guard take(text) else { throw unexpected("'\(text)'") }
    skipBlank()
  }

  /// Takes the rest of a line that has said all.
  mutating func endLine() throws(Fault) {
    skipBlank()
    if peek == UInt8(ascii: "#") { while let byte = peek, byte != 0x0A { place += 1 } }
    guard peek != nil else { return }
    guard take("\n") || take("\r\n") else { throw unexpected("the end of the line") }
    line += 1
  }

  /// Takes a path of keys, such as `a."b c".d`.
  mutating func keyPath() throws(Fault) -> [String] {
    var path: [String] = []
    repeat {
      skipBlank()
      path.append(try key())
      skipBlank()
    } while take(".")
    return path
  }

  private mutating func key() throws(Fault) -> String {
    if let quote = peek, quote == 0x22 || quote == 0x27 { return try string(long: false) }
    let start = place
    while let byte = peek, Self.isBare(byte) { place += 1 }
    guard place > start else { throw unexpected("a key") }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }

  // MARK: Values

  /// Any value.
  mutating func value() throws(Fault) -> Toml {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw fault("values are nested too deeply") }
    switch peek {
    case 0x22, 0x27: return .string(try string(long: true))
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "{"): return try inlineTable()
    default: return try word()
    }
  }

  private mutating func array() throws(Fault) -> Toml {
    place += 1
    var values: [Toml] = []
    while true {
      skipBlank(lines: true)
      if take("]") { return .array(values) }
      values.append(try value())
      skipBlank(lines: true)
      guard take(",") || peek == UInt8(ascii: "]") else { throw unexpected("',' or ']'") }
    }
  }

  private mutating func inlineTable() throws(Fault) -> Toml {
    place += 1
    skipBlank()
    var table: [String: Toml] = [:]
    if take("}") { return .table(table) }
    repeat {
      let path = try keyPath()
      try expect("=")
      guard Self.add(try value(), at: path[...], to: &table) else {
        throw fault("the key stands there twice")
      }
      skipBlank()
    } while take(",")
    guard take("}") else { throw unexpected("',' or '}'") }
    return .table(table)
  }

  private static func add(
    _ value: Toml, at path: ArraySlice<String>, to table: inout [String: Toml]
  ) -> Bool {
    guard let key = path.first else { return false }
    guard path.count > 1 else {
      return table.updateValue(value, forKey: key) == nil
    }
    var inner = table[key]?.table ?? [:]
    guard table[key] == nil || table[key]?.table != nil,
      add(value, at: path.dropFirst(), to: &inner)
    else { return false }
    table[key] = .table(inner)
    return true
  }

  /// `true`, a number, or a date.
  private mutating func word() throws(Fault) -> Toml {
    let start = place
    while let byte = peek, Self.isBare(byte) || [0x2B, 0x2E, 0x3A].contains(byte) { place += 1 }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    guard let value = Self.scalar(text) else {
      place = start
      throw unexpected("a value")
    }
    // A date and a time may stand apart.
    if value == .other, peek == 0x20, place + 1 < bytes.count, 0x30...0x39 ~= bytes[place + 1] {
      place += 1
      _ = try word()
    }
    return value
  }

  private static func scalar(_ text: String) -> Toml? {
    switch text {
    case "": return nil
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "inf", "+inf": return .number(.infinity)
    case "-inf": return .number(-.infinity)
    case "nan", "+nan", "-nan": return .number(.nan)
    default: return number(text) ?? (isDate(text) ? .other : nil)
    }
  }

  private static func number(_ text: String) -> Toml? {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    // Underscores stand between digits.
    guard parts.count == 1 || parts.allSatisfy({ $0.first?.isHexDigit == true || $0 == parts[0] }),
      parts.allSatisfy({ !$0.isEmpty })
    else { return nil }
    let plain = parts.joined()
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where plain.hasPrefix(prefix) {
      return Int(plain.dropFirst(2), radix: radix).map(Toml.integer)
    }
    let digits = plain.drop { $0 == "+" || $0 == "-" }
    guard digits.first?.isNumber == true, digits.last?.isNumber == true else { return nil }
    if let integer = Int(plain) { return .integer(integer) }
    guard digits.contains(where: { ".eE".contains($0) }) else { return nil }
    return Double(plain).map(Toml.number)
  }

  private static func isDate(_ text: String) -> Bool {
    let digits = text.prefix { $0.isASCII && $0.isNumber }.count
    let mark = text.dropFirst(digits).first
    return digits == 4 && mark == "-" || digits == 2 && mark == ":"
  }

  // MARK: Strings

  /// A string in quotes of either kind; in three of them, where `long` allows it, over lines.
  private mutating func string(long: Bool) throws(Fault) -> String {
    let isBasic = peek == 0x22
    let isLong = long && (isBasic ? take("\"\"\"") : take("'''"))
    if !isLong { place += 1 }
    // A line end right behind the quotes is not part of the text.
    if isLong, isNext("\n") || isNext("\r\n") { while let byte = next(), byte != 0x0A {} }
    var text: [UInt8] = []
    while let byte = next() {
      switch byte {
      case 0x22 where isBasic, 0x27 where !isBasic:
        guard isLong else { return String(decoding: text, as: UTF8.self) }
        if endsLong(byte, &text) { return String(decoding: text, as: UTF8.self) }
      case UInt8(ascii: "\\") where isBasic: try escape(isLong: isLong, &text)
      case 0x09,
        0x0A where isLong, 0x0D where isLong:
        text.append(byte)
      case 0...0x1F, 0x7F: throw fault("a control character or line end in a string")
      default: text.append(byte)
      }
    }
    throw fault("a string does not end")
  }

  /// After a quote: whether two more end the text; one or two before them belong to it.
  private mutating func endsLong(_ quote: UInt8, _ text: inout [UInt8]) -> Bool {
    let count = bytes[place...].prefix(4).prefix { $0 == quote }.count + 1
    guard count >= 3 else {
      text.append(quote)
      return false
    }
    text += repeatElement(quote, count: count - 3)
    place += count - 1
    return true
  }

  private mutating func escape(isLong: Bool, _ text: inout [UInt8]) throws(Fault) {
    let simple: [UInt8: UInt8] = [
      0x62: 0x08, 0x74: 0x09, 0x6E: 0x0A, 0x66: 0x0C, 0x72: 0x0D, 0x65: 0x1B, 0x22: 0x22,
      0x5C: 0x5C,
    ]
    guard let byte = next() else { throw fault("a string does not end") }
    if let value = simple[byte] { return text.append(value) }
    switch byte {
    case UInt8(ascii: "u"): text += try scalar(digits: 4)
    case UInt8(ascii: "U"): text += try scalar(digits: 8)
    case 0x0A where isLong, 0x0D where isLong, 0x20 where isLong, 0x09 where isLong:
      // A backslash at the end of a line: the text goes on at the next word.
      while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { _ = next() }
    default: throw fault("an unknown escape in a string")
    }
  }

  private mutating func scalar(digits: Int) throws(Fault) -> [UInt8] {
    let text = String(decoding: bytes[place...].prefix(digits), as: UTF8.self)
    guard text.utf8.count == digits, text.allSatisfy(\.isHexDigit),
      let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value)
    else { throw fault("an escape in a string that is no character") }
    place += digits
    return Array(String(scalar).utf8)
  }
}
