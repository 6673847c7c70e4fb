import StrictJSON

/// Reads JSON Lines, one object a line; keys are columns, in the order in which they first appear.
struct JSONLinesReader {
  /// The keys that were met so far.
  private(set) var columns: [String] = []
  private var stream: ByteStream
  private var places: [[UInt8]: Int] = [:]
  private var line = 0

  private static let lineFeed = UInt8(ascii: "\n")

  init(_ stream: ByteStream) { self.stream = stream }

  /// The next object's fields by column, and its line; nil at the end.
  mutating func next() throws(DataError) -> (fields: [Field], line: Int)? {
    guard try stream.peek() != nil else { return nil }
    line += 1
    var bytes: [UInt8] = []
    try stream.take(into: &bytes, line: line) { $0 == Self.lineFeed }
    _ = try stream.take(Self.lineFeed)
    guard case .object(let members) = try value(bytes) else {
      throw fault("an object is expected; 'jq -c .[] FILE' makes lines of a list")
    }
    var fields = [Field](repeating: .missing, count: columns.count)
    var seen: Set<Int> = []
    for member in members {
      let place = try place(of: member.key)
      guard seen.insert(place).inserted else {
        throw fault("the key '\(columns[place])' stands there twice")
      }
      if place == fields.count { fields.append(.missing) }
      fields[place] = Field(member.value)
    }
    return (fields, line)
  }

  private func value(_ bytes: [UInt8]) throws(DataError) -> JSON {
    guard bytes.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else {
      throw fault("is empty; remove it")
    }
    do { return try JSON.parse(bytes) } catch {
      _ = try text(bytes, of: stream.name, line: line)
      throw fault("byte \(error.byte + 1): \(error.reason)")
    }
  }

  private mutating func place(of key: [UInt8]) throws(DataError) -> Int {
    if let place = places[key] { return place }
    guard columns.count < CSVReader.mostFields else {
      throw fault("more than \(CSVReader.mostFields) different keys; is this a table?")
    }
    places[key] = columns.count
    columns.append(String(decoding: key, as: UTF8.self))
    return columns.count - 1
  }

  private func fault(_ problem: String) -> DataError {
    DataError(place: "\(stream.name): line \(line)", problem: problem)
  }
}

extension Field {
  fileprivate init(_ value: JSON) {
    switch value {
    case .string(let bytes): self = .text(String(decoding: bytes, as: UTF8.self))
    case .integer(let number): self = .value("\(number)")
    case .bool(let truth): self = .value("\(truth)")
    case .null, .number, .array, .object: self = .other(value.kind)
    }
  }
}
