public import Foundation
public import Tensors

/// Writes a safetensors file: whole, or not at all.
///
/// Tensors stand in the file in the order of their names, so that the same contents give the same
/// bytes.
public struct SafetensorsWriter: Sendable {
  private enum Contents: Sendable {
    case floats(Matrix)
    case integers([Int32])
  }

  private var tensors: [String: (shape: [Int], contents: Contents)] = [:]
  private let metadata: [String: String]

  /// Starts an empty file with some strings of metadata.
  public init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Adds an F32 tensor of shape `[rows, columns]`.
  public mutating func add(_ name: String, _ matrix: Matrix) {
    tensors[name] = ([matrix.rows, matrix.columns], .floats(matrix))
  }

  /// Adds an F32 tensor of shape `[count]`.
  public mutating func add(_ name: String, _ vector: [Float]) {
    tensors[name] = (
      [vector.count], .floats(Matrix(rows: 1, columns: vector.count, values: vector))
    )
  }

  /// Adds an I32 tensor of shape `[count]`.
  public mutating func add(_ name: String, ids: [Int32]) {
    tensors[name] = ([ids.count], .integers(ids))
  }

  /// Writes everything beside `url` under a temporary name, then renames it.
  public func write(to url: URL) throws {
    let temporary = url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).partial")
    try Data().write(to: temporary)
    do {
      let handle = try FileHandle(forWritingTo: temporary)
      try handle.write(contentsOf: Data(header))
      for name in tensors.keys.sorted(by: Self.order) { try write(name, to: handle) }
      try handle.synchronize()
      try handle.close()
      try replaceFile(url.path, by: temporary.path)
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw error
    }
  }

  /// `hidden.10` after `hidden.9`: people read these files too.
  private static func order(_ a: String, _ b: String) -> Bool {
    a.compare(b, options: .numeric) == .orderedAscending
  }

  private func write(_ name: String, to handle: FileHandle) throws {
    switch tensors[name]?.contents {
    case .floats(let matrix):
      // A piece at a time, so that writing a large tensor does not double its memory.
      for start in stride(from: 0, to: matrix.values.count, by: 1 << 20) {
        let end = min(start + 1 << 20, matrix.values.count)
        try handle.write(contentsOf: Data(littleEndianBytes(matrix.values[start..<end])))
      }
    case .integers(let ids):
      try handle.write(
        contentsOf: Data(littleEndianBytes(ids.map { Float(bitPattern: UInt32(bitPattern: $0)) })))
    case nil: break
    }
  }

  private var header: [UInt8] {
    let listed = tensors.keys.sorted(by: Self.order).compactMap { name in
      tensors[name].map { tensor in
        let type = if case .floats = tensor.contents { "F32" } else { "I32" }
        return SafetensorsHeader.Tensor(name, type: type, shape: tensor.shape)
      }
    }
    return SafetensorsHeader(listed, metadata: metadata).bytes
  }
}
