import Foundation

/// Shape and bytes: exact, and small in a binary property list.
extension Matrix: Codable {
  private enum Key: CodingKey {
    case rows, columns, values
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let rows = try container.decode(Int.self, forKey: .rows)
    let columns = try container.decode(Int.self, forKey: .columns)
    let bytes = try container.decode(Data.self, forKey: .values)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, bytes.count % 4 == 0, bytes.count / 4 == count else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container,
        debugDescription: "\(bytes.count) bytes for \(rows) x \(columns)")
    }
    let numbers = stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[bytes.startIndex + start + $1]) << (8 * $1) }
    }
    self.init(rows: rows, columns: columns, values: numbers.map { Float(bitPattern: $0) })
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(columns, forKey: .columns)
    try container.encode(Data(littleEndianBytes(values)), forKey: .values)
  }
}
