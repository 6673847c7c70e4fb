import Foundation
import Testing

@testable import Tensors

@Suite("Numbers of a file that are infinite or none are counted")
struct NotFiniteTests {
  @Test("in every type, at any place, aligned or not", arguments: [0, 1, 2, 3])
  func count(offset: Int) throws {
    let floats: [Float] = [0, -0, .nan, 1, .infinity, -.infinity, .greatestFiniteMagnitude, -.nan]
    let halves: [UInt16] = [0, 0x7C00, 0x7BFF, 0xFC00, 0x7E01, 0x8001]
    let brains: [UInt16] = [0, 0x7F80, 0x7F7F, 0xFF81, 0x7C00, 0x3F80]
    try check(floats.flatMap { bytes($0.bitPattern) }, .f32, 8, offset: offset, expected: 4)
    try check(halves.flatMap(bytes), .f16, 6, offset: offset, expected: 3)
    try check(brains.flatMap(bytes), .bf16, 6, offset: offset, expected: 2)
    try check([], .f32, 0, offset: offset, expected: 0)
  }

  private func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private func check(
    _ bytes: [UInt8], _ type: NumberType, _ count: Int, offset: Int, expected: Int
  ) throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("finite-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    // What stands around the numbers would count.
    let around = [UInt8](repeating: 0xFF, count: offset)
    try Data(around + bytes + [0xFF, 0xFF]).write(to: url)
    let file = try MappedFile(path: url.path)
    #expect(notFinite(in: file, offset: offset, type: type, count: count) == expected)
  }
}
