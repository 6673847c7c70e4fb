import Foundation
import Testing

@testable import Tensors

@Suite("Parameters from files")
struct ParameterTests {
  private func withFile<Result>(
    _ bytes: [UInt8], _ body: (MappedFile) throws -> Result
  ) throws -> Result {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("parameter-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(MappedFile(path: url.path))
  }

  /// Every 16-bit pattern in order, behind `lead` bytes.
  private func patterns(after lead: Int) -> [UInt8] {
    Array(repeating: 0, count: lead)
      + (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
  }

  private func widened(_ type: NumberType, after lead: Int) throws -> [Float] {
    try withFile(patterns(after: lead)) { file in
      Parameter(file: file, offset: lead, type: type, rows: 256, columns: 256).values
    }
  }

  private func same(_ a: Float, _ b: Float) -> Bool {
    a.isNaN && b.isNaN || a.bitPattern == b.bitPattern
  }

  @Test("all 65,536 half-precision numbers widen exactly, at any address", arguments: [0, 1, 2, 8])
  func f16(lead: Int) throws {
    let wrong = try widened(.f16, after: lead).enumerated()
      .filter { !same($1, Float(Float16(bitPattern: UInt16($0)))) }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test("all 65,536 bfloat16 numbers widen exactly, at any address", arguments: [0, 1, 2, 8])
  func bf16(lead: Int) throws {
    let wrong = try widened(.bf16, after: lead).enumerated()
      .filter { !same($1, Float(bitPattern: UInt32($0) << 16)) }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test("single precision is taken as it is, mapped or copied", arguments: [0, 1, 2, 3, 4, 12])
  func f32(lead: Int) throws {
    let values: [Float] = [
      1, -0.0, .infinity, .leastNonzeroMagnitude, -.leastNormalMagnitude, .greatestFiniteMagnitude,
    ]
    let bytes = [UInt8](repeating: 7, count: lead) + littleEndianBytes(values)
    try withFile(bytes) { file in
      let parameter = Parameter(file: file, offset: lead, type: .f32, rows: 2, columns: 3)
      #expect(parameter.values.map(\.bitPattern) == values.map(\.bitPattern))
      #expect(parameter.row(1) == Array(values[3...]))
      #expect(parameter.matrix == Matrix(rows: 2, columns: 3, values: values))
    }
  }

  @Test("tails of any length widen", arguments: [1, 3, 7, 8, 9, 15, 17])
  func tails(count: Int) throws {
    let bytes = (0..<count).flatMap { [UInt8($0), 0x3C] as [UInt8] }
    let values = try withFile(bytes) {
      Parameter(file: $0, offset: 0, type: .f16, rows: 1, columns: count).values
    }
    #expect(values == (0..<count).map { Float(1 + Double($0) / 1024) })
  }

  @Test("a parameter outlives its file's name and handle")
  func lifetime() throws {
    let parameter = try withFile(littleEndianBytes([1, 2, 3])) {
      Parameter(file: $0, offset: 4, type: .f32, rows: 1, columns: 2)
    }
    #expect(parameter.values == [2, 3])
  }

  @Test("an empty file is mapped, and holds no numbers", arguments: [NumberType.f32, .f16, .bf16])
  func empty(type: NumberType) throws {
    try withFile([]) { file in
      #expect(file.count == 0 && file.bytes(0..<0) == [])
      let parameter = Parameter(file: file, offset: 0, type: type, rows: 0, columns: 5)
      #expect(parameter.values == [])
    }
    #expect(Parameter(rows: 0, columns: 0, values: []).values == [])
  }
}
