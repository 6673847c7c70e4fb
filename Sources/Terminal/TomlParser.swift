/// Reads TOML 1.0, statement by statement.
///
/// Ours because the C++ parser behind the Swift package for it ends the process on some faults and
/// frees nothing. More lenient than the standard in one thing: a table written in braces may be
/// added to.
struct TomlParser {
  /// A fault, without the file that it is in.
  struct Fault: Error {
    var line: Int
    var reason: String
  }

  private var reader: TomlReader
  private var root: [String: Toml] = [:]
  /// Where keys go: the path of the last header.
  private var table: [String] = []
  /// The paths of the headers that stood there.
  private var headers: Set<[String]> = []

  init(_ text: String) { reader = TomlReader(text) }

  /// The whole document.
  mutating func document() throws(Fault) -> [String: Toml] {
    while true {
      reader.skipBlank(lines: true)
      guard let byte = reader.peek else { return root }
      if byte == UInt8(ascii: "[") {
        try header()
      } else {
        let path = try reader.keyPath()
        try reader.expect("=")
        try insert(try reader.value(), at: table + path)
      }
      try reader.endLine()
    }
  }

  /// `[a.b]`, or `[[a.b]]` for one more table of a list.
  private mutating func header() throws(Fault) {
    try reader.expect("[")
    let isListed = reader.take("[")
    table = try reader.keyPath()
    try reader.expect("]")
    guard isListed else {
      guard headers.insert(table).inserted else {
        throw reader.fault("the table stands there twice")
      }
      return try add(nil, at: table[...], to: &root)
    }
    try reader.expect("]")
    headers = headers.filter { !$0.starts(with: table) }
    try append(at: table[...], to: &root)
  }

  private mutating func insert(_ value: Toml, at path: [String]) throws(Fault) {
    try add(value, at: path[...], to: &root)
  }

  /// Puts a value at a path; nil makes sure that there is a table.
  private func add(
    _ value: Toml?, at path: ArraySlice<String>, to table: inout [String: Toml]
  ) throws(Fault) {
    guard let key = path.first else { return }
    if path.count == 1, let value {
      guard table[key] == nil else { throw reader.fault("the key stands there twice") }
      table[key] = value
      return
    }
    try change(key, of: &table) { (inner) throws(Fault) in
      try add(value, at: path.dropFirst(), to: &inner)
    }
  }

  private func append(at path: ArraySlice<String>, to table: inout [String: Toml]) throws(Fault) {
    guard let key = path.first else { return }
    guard path.count == 1 else {
      return try change(key, of: &table) { (inner) throws(Fault) in
        try append(at: path.dropFirst(), to: &inner)
      }
    }
    switch table[key] {
    case nil: table[key] = .array([.table([:])])
    case .array(let items): table[key] = .array(items + [.table([:])])
    default: throw reader.fault("the key is no list of tables")
    }
  }

  /// Changes the table under a key, or the last one of the list there.
  private func change(
    _ key: String, of table: inout [String: Toml],
    _ body: (inout [String: Toml]) throws(Fault) -> Void
  ) throws(Fault) {
    switch table[key] {
    case nil:
      var inner: [String: Toml] = [:]
      try body(&inner)
      table[key] = .table(inner)
    case .table(var inner):
      try body(&inner)
      table[key] = .table(inner)
    case .array(var items):
      guard case .table(var inner) = items.popLast() else {
        throw reader.fault("the key is no table")
      }
      try body(&inner)
      table[key] = .array(items + [.table(inner)])
    default: throw reader.fault("the key is no table")
    }
  }
}
