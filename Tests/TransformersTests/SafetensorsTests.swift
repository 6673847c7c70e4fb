import Foundation
import Tensors
import Testing

@testable import Transformers

@Suite("Safetensors files are checked before anything is read")
struct SafetensorsTests {
  private func file(_ header: String, data: Int = 0, claim: UInt64? = nil) throws -> String {
    var bytes: [UInt8] = []
    let length = claim ?? UInt64(header.utf8.count)
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(8 * shift))) }
    bytes += Array(header.utf8) + [UInt8](repeating: 0, count: data)
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("safetensors-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    return url.path
  }

  private func tensor(_ offsets: String, shape: String = "[2]", type: String = "F32") -> String {
    "{\"a\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
  }

  private static let spellings =
    "{\"\u{E9}\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
    + "\"e\u{301}\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}"

  private static let hostile: [(String, String, Int, UInt64?)] = [
    ("header longer than the file", "{}", 0, 1 << 40),
    ("header length that overflows", "{}", 0, .max),
    ("header that is no JSON", "{\"a\":", 0, nil),
    ("header that is a list", "[]", 0, nil),
    ("tensor that is a number", "{\"a\":1}", 0, nil),
    ("__metadata__ that holds a number", "{\"__metadata__\":{\"x\":1}}", 0, nil),
    ("__metadata__ that stands there twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, nil),
    (
      "key of a tensor that stands there twice",
      "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, nil
    ),
    ("two spellings of one name", spellings, 8, nil),
  ]

  @Test("a broken header is refused", arguments: hostile.indices)
  func headers(index: Int) throws {
    let (_, header, data, claim) = Self.hostile[index]
    let path = try file(header, data: data, claim: claim)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: ModelError.self) { try SafetensorsFile(path: path) }
  }

  @Test(
    "ranges, shapes and types that do not fit are refused",
    arguments: [
      "[0,8],[2],F32,4", "[4,12],[2],F32,12", "[0,4],[2],F32,4", "[8,0],[2],F32,8",
      "[0,8],[2],F99,8", "[0,8],[-2],F32,8", "[0,8],[2.0],F32,8", "[0],[2],F32,8",
      "[0,8],[9223372036854775807, 4],F32,8", "[0,8],[2],F32,9",
    ])
  func entries(description: String) throws {
    let parts = description.split(separator: "]").map(String.init)
    let offsets = parts[0] + "]"
    let shape = parts[1].dropFirst() + "]"
    let rest = parts[2].dropFirst().split(separator: ",")
    let header = tensor(offsets, shape: String(shape), type: String(rest[0]))
    let path = try file(header, data: Int(rest[1]) ?? 0)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: ModelError.self) { try SafetensorsFile(path: path) }
  }

  @Test("a tensor that stands there twice is refused")
  func duplicates() throws {
    let entry = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}"
    let path = try file("{\(entry),\(entry)}", data: 4)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: ModelError.self) { try SafetensorsFile(path: path) }
  }

  @Test("an empty file and a Git LFS pointer say what they are")
  func pointers() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("safetensors-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data().write(to: url)
    #expect(throws: ModelError.self) { try SafetensorsFile(path: url.path) }
    try Data("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8).write(to: url)
    do {
      _ = try SafetensorsFile(path: url.path)
      Issue.record("a pointer was read")
    } catch {
      #expect(error.description.contains("git lfs pull"))
    }
  }

  @Test("what is written is read back, aligned and to the bit")
  func roundTrip() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("written-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    let matrix = Matrix(
      rows: 2, columns: 3, values: [1, -2, .pi, Float(bitPattern: 1), .infinity, 0])
    var writer = SafetensorsWriter(metadata: ["note": "a \"quoted\" ü"])
    writer.add("m", matrix)
    writer.add("v", [7, 8])
    writer.add("ids", ids: [1, -1])
    try writer.write(to: url)
    let file = try SafetensorsFile(path: url.path)
    #expect(file.metadata == ["note": "a \"quoted\" ü"])
    #expect(try file.parameter("m", rows: 2, columns: 3).matrix == matrix)
    #expect(try file.parameter("v", rows: 1, columns: 2).values == [7, 8])
    #expect(file.entries.values.allSatisfy { $0.range.lowerBound % 4 == 0 })
    #expect(throws: ModelError.self) { try file.parameter("m", rows: 3, columns: 2) }
    #expect(throws: ModelError.self) { try file.parameter("absent", rows: 1, columns: 1) }
  }
}
