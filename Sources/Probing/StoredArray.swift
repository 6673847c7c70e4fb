import Foundation
import StrictJSON
import Tensors
import Transformers

/// How real numbers stand in arrays that were made elsewhere, least significant byte first.
enum FloatFormat: String, Sendable {
  case f16 = "F16"
  case bf16 = "BF16"
  case f32 = "F32"
  case f64 = "F64"

  /// Bytes of one number.
  var size: Int {
    switch self {
    case .f16, .bf16: 2
    case .f32: 4
    case .f64: 8
    }
  }

  /// The numbers that `bytes` hold, rounded to `Float`.
  func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: size).map { start in
      var bits: UInt64 = 0
      for place in (0..<size).reversed() { bits = bits << 8 | UInt64(bytes[start + place]) }
      switch self {
      case .f16: return Float(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
      case .bf16: return Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16)
      case .f32: return Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      case .f64: return Float(Double(bitPattern: bits))
      }
    }
  }
}

/// A matrix of real numbers in a file, row after row.
struct StoredArray: Sendable {
  let part: FilePart
  let format: FloatFormat
  let rows: Int
  let columns: Int
  /// Bytes of the part before the first number.
  let headerSize: Int

  /// Reads the header of a NumPy array.
  ///
  /// Source: NumPy's `numpy.lib.format`, versions 1.0 to 3.0. What it writes for real numbers is
  /// taken; objects, which are programs, are not.
  init(numpy part: FilePart) throws(RunError) {
    let reader = try PartReader(part)
    let start = try reader.read(min(8, part.size))
    guard start.count == 8,
      start.starts(with: Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) })),
      1...3 ~= start[6]
    else { throw RunError(part.place, "not an array of NumPy; save it with numpy.save") }
    let lengthSize = start[6] == 1 ? 2 : 4
    let length = try reader.read(lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= 1 << 16 else { throw RunError(part.place, "a header of \(length) bytes") }
    let header = String(decoding: try reader.read(length), as: UTF8.self)
    let form =
      #/\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([0-9]+), ([0-9]+)\), \}\s*/#
    guard let match = header.wholeMatch(of: form), let rows = Int(match.3),
      let columns = Int(match.4)
    else {
      throw RunError(
        part.place,
        "no matrix [texts, neurons] of plain numbers: its header is \(printable(header))")
    }
    guard match.2 == "False" else {
      throw RunError(part.place, "in Fortran order; save numpy.ascontiguousarray of it")
    }
    guard let format = ["<f2": FloatFormat.f16, "<f4": .f32, "<f8": .f64][String(match.1)] else {
      throw RunError(
        part.place,
        "numbers of type \(printable(String(match.1))); save it as little-endian reals: astype('<f4')"
      )
    }
    try self.init(part, format, rows, columns, headerSize: 8 + lengthSize + length)
  }

  /// Takes a matrix of a safetensors file.
  init(_ tensor: SafetensorsFile.Entry, _ name: String, of path: String) throws(RunError) {
    let place = "\(path): \(printable(name))"
    guard let format = FloatFormat(rawValue: tensor.type), tensor.shape.count == 2 else {
      throw RunError(
        place,
        "\(tensor.type) \(tensor.shape); a matrix [texts, neurons] of real numbers is expected")
    }
    try self.init(
      FilePart(path: path, place: place, range: tensor.range, size: tensor.range.count), format,
      tensor.shape[0], tensor.shape[1], headerSize: 0)
  }

  private init(
    _ part: FilePart, _ format: FloatFormat, _ rows: Int, _ columns: Int, headerSize: Int
  ) throws(RunError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard 1...10_000_000 ~= columns, !overflow, count <= part.size,
      count * format.size == part.size - headerSize
    else {
      throw RunError(
        part.place,
        "\(part.size - headerSize) bytes, which are not [\(rows), \(columns)] of \(format.rawValue)"
      )
    }
    (self.part, self.format, self.headerSize) = (part, format, headerSize)
    (self.rows, self.columns) = (rows, columns)
  }

  /// Hands over all rows in order, some at a time.
  ///
  /// - Throws: `RunError` if the file is damaged or holds a number that is not finite.
  func forEachPiece(
    _ take: (_ first: Int, _ rows: Matrix) throws(RunError) -> Void
  ) throws(RunError) {
    let reader = try PartReader(part)
    _ = try reader.read(headerSize)
    let rowSize = columns * format.size
    let most = max(1, (1 << 20) / rowSize)
    for first in stride(from: 0, to: rows, by: most) {
      let count = min(most, rows - first)
      let values = format.floats(try reader.read(count * rowSize))
      if let odd = values.firstIndex(where: { !$0.isFinite }) {
        throw RunError(
          part.place,
          "neuron \(odd % columns) of text \(first + odd / columns + 1) is \(values[odd]) as F32")
      }
      try take(first, Matrix(rows: count, columns: columns, values: values))
    }
  }
}
