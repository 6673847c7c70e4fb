import StrictJSON

/// The header of a safetensors file that is to be written, and where each tensor will lie.
///
/// Tensors stand in the order in which they are listed, without gap; the header is padded so that
/// the first is aligned and every reader can map the file.
public struct SafetensorsHeader: Sendable {
  /// A tensor's name, its type as the format writes it, and its shape.
  public struct Tensor: Sendable, Equatable {
    public var name: String
    public var type: String
    public var shape: [Int]

    /// Describes a tensor.
    public init(_ name: String, type: String, shape: [Int]) {
      (self.name, self.type, self.shape) = (name, type, shape)
    }

    var bytes: Int { (type.hasSuffix("16") ? 2 : 4) * shape.reduce(1, *) }
  }

  /// The file's first bytes: the header's length, then the header.
  public let bytes: [UInt8]
  /// The byte of the file at which each tensor starts.
  public let offsets: [String: Int]
  /// The size of the whole file in bytes.
  public let fileSize: Int

  /// Lays out `tensors`, of type F32, F16, BF16 or I32.
  public init(_ tensors: [Tensor], metadata: [String: String] = [:]) {
    var members: [String] = []
    if !metadata.isEmpty {
      let strings = metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(strings.joined(separator: ","))}")
    }
    var end = 0
    var starts: [String: Int] = [:]
    for tensor in tensors {
      starts[tensor.name] = end
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.type)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(end),\(end + tensor.bytes)]}")
      end += tensor.bytes
    }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(json.count) >> (8 * $0)) }
    bytes = length + json
    let dataStart = bytes.count
    offsets = starts.mapValues { $0 + dataStart }
    fileSize = dataStart + end
  }
}
