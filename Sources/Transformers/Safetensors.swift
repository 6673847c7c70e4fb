import StrictJSON
public import Tensors

/// A safetensors file, mapped and fully checked before anything is read from it.
///
/// The format: 8 bytes with the header's length, a JSON header that gives every tensor's type,
/// shape and byte range, and the tensors' bytes, which cover the rest without gap or overlap.
/// Source: huggingface/safetensors, README, "Format".
public struct SafetensorsFile: Sendable {
  /// What the header says of one tensor.
  public struct Entry: Sendable, Equatable {
    public var type: String
    public var shape: [Int]
    /// Bytes of the file, counted from its start.
    public var range: Range<Int>
  }

  public let path: String
  /// Every tensor by name.
  public let entries: [String: Entry]
  /// The header's own strings, such as `format: pt`.
  public let metadata: [String: String]
  private let file: MappedFile

  private static let maxHeader = 100_000_000
  private static let sizes = [
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
  ]

  /// Maps the file at `path` and checks its header.
  public init(path: String) throws(ModelError) {
    do {
      file = try MappedFile(path: path)
    } catch {
      throw ModelError(path: path, problem: .unreadable(error.reason))
    }
    self.path = path
    let (header, dataStart) = try Self.header(of: file)
    guard case .object(let members) = header else {
      throw ModelError(path: path, problem: .malformed("the header is \(header.kind)"))
    }
    if let name = header.repeatedKey {
      throw ModelError(path: path, problem: .malformed("\(printable(name)) stands there twice"))
    }
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    for member in members {
      let name = String(decoding: member.key, as: UTF8.self)
      if name == "__metadata__" {
        metadata = try Self.metadata(member.value, path)
      } else {
        let entry = try Self.entry(member.value, name: name, dataStart: dataStart, file)
        guard entries.updateValue(entry, forKey: name) == nil else {
          throw ModelError(
            path: path,
            problem: .malformed("\(printable(name)) stands there twice, in two spellings"))
        }
      }
    }
    try Self.checkCoverage(entries, dataStart: dataStart, file)
    self.entries = entries
    self.metadata = metadata
  }

  /// The tensor `name` as a matrix; a vector is one row.
  public func parameter(_ name: String, rows: Int, columns: Int) throws(ModelError) -> Parameter {
    let (offset, type) = try place(of: name, rows: rows, columns: columns)
    return Parameter(file: file, offset: offset, type: type, rows: rows, columns: columns)
  }

  /// The tensor `name` as a matrix of which parts will be read.
  public func stored(_ name: String, rows: Int, columns: Int) throws(ModelError) -> StoredMatrix {
    let (offset, type) = try place(of: name, rows: rows, columns: columns)
    return StoredMatrix(file: file, offset: offset, type: type, rows: rows, columns: columns)
  }

  /// How many numbers of the tensor `name` are infinite or not a number; 0 of one that holds none
  /// of the types of weights.
  public func notFinite(_ name: String) -> Int {
    guard let entry = entries[name], let type = NumberType(rawValue: entry.type) else { return 0 }
    return Tensors.notFinite(
      in: file, offset: entry.range.lowerBound, type: type, count: entry.range.count / type.size)
  }

  /// Where a matrix of real numbers starts, in bytes of the file, and their type.
  func place(
    of name: String, rows: Int, columns: Int
  ) throws(ModelError) -> (offset: Int, type: NumberType) {
    guard let entry = entries[name] else {
      throw ModelError(
        path: path, problem: .tensor(name: name, expected: "to be there", found: "nothing"))
    }
    let expected = "[\(rows), \(columns)]"
    guard entry.shape == [rows, columns] || rows == 1 && entry.shape == [columns] else {
      throw ModelError(
        path: path, problem: .tensor(name: name, expected: expected, found: "\(entry.shape)"))
    }
    guard let type = NumberType(rawValue: entry.type) else {
      throw ModelError(
        path: path, problem: .tensor(name: name, expected: "F32, F16 or BF16", found: entry.type))
    }
    return (entry.range.lowerBound, type)
  }

  private static func header(
    of file: MappedFile
  ) throws(ModelError) -> (header: JSON, dataStart: Int) {
    guard file.count >= 8 else {
      throw ModelError(path: file.path, problem: .malformed("\(file.count) bytes, no header"))
    }
    let start = file.bytes(0..<min(file.count, 100))
    if let found = placeholder(start) {
      throw ModelError(path: file.path, problem: .placeholder(found))
    }
    let length = start.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= min(maxHeader, file.count - 8) else {
      throw ModelError(
        path: file.path,
        problem: .malformed("the header claims \(length) bytes of \(file.count - 8)"))
    }
    let end = 8 + Int(length)
    do {
      return (try JSON.parse(file.bytes(8..<end)), end)
    } catch {
      throw ModelError(
        path: file.path, problem: .malformed("header, byte \(error.byte): \(error.reason)"))
    }
  }

  private static func metadata(
    _ value: JSON, _ path: String
  ) throws(ModelError) -> [String: String] {
    guard case .object(let members) = value else {
      throw ModelError(path: path, problem: .malformed("__metadata__ is \(value.kind)"))
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.text else {
        throw ModelError(path: path, problem: .malformed("__metadata__ holds \(member.value.kind)"))
      }
      metadata[String(decoding: member.key, as: UTF8.self)] = text
    }
    return metadata
  }

  private static func entry(
    _ value: JSON, name: String, dataStart: Int, _ file: MappedFile
  ) throws(ModelError) -> Entry {
    func refuse(_ reason: String) -> ModelError {
      ModelError(path: file.path, problem: .malformed("tensor \(printable(name)): \(reason)"))
    }
    if let key = value.repeatedKey { throw refuse("\(key) stands there twice") }
    guard let type = value["dtype"]?.text, let size = sizes[type] else {
      throw refuse("unknown type \(value["dtype"]?.kind ?? "nothing")")
    }
    guard let shape = integers(value["shape"]), shape.allSatisfy({ $0 >= 0 }) else {
      throw refuse("its shape is not a list of sizes")
    }
    guard let offsets = integers(value["data_offsets"]), offsets.count == 2 else {
      throw refuse("data_offsets is not a pair of integers")
    }
    var bytes = size
    for dimension in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw refuse("shape \(shape) overflows") }
      bytes = product
    }
    guard 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= file.count - dataStart else {
      throw refuse("bytes \(offsets) of \(file.count - dataStart)")
    }
    guard offsets[1] - offsets[0] == bytes else {
      throw refuse("\(type) \(shape) needs \(bytes) bytes, has \(offsets[1] - offsets[0])")
    }
    return Entry(type: type, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  private static func integers(_ value: JSON?) -> [Int]? {
    guard case .array(let values) = value else { return nil }
    let integers = values.compactMap(\.integer)
    return integers.count == values.count ? integers : nil
  }

  private static func checkCoverage(
    _ entries: [String: Entry], dataStart: Int, _ file: MappedFile
  ) throws(ModelError) {
    var end = dataStart
    let ordered = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound)
        < ($1.value.range.lowerBound, $1.value.range.upperBound)
    }
    for (name, entry) in ordered {
      guard entry.range.lowerBound == end else {
        throw ModelError(
          path: file.path,
          problem: .malformed(
            "tensor \(printable(name)) starts at byte \(entry.range.lowerBound), not \(end)")
        )
      }
      end = entry.range.upperBound
    }
    guard end == file.count else {
      throw ModelError(
        path: file.path, problem: .malformed("\(file.count) bytes, but its tensors end at \(end)"))
    }
  }
}
