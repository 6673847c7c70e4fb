import Foundation

/// The bytes that a program may still take without swapping; nil where the system does not say.
///
/// Source: Linux `proc_meminfo(5)`, MemAvailable.
public func availableMemory() -> Int? {
  guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return nil }
  return availableMemory(meminfo: text)
}

/// The value of `MemAvailable` in the words of `/proc/meminfo`.
func availableMemory(meminfo: String) -> Int? {
  for line in meminfo.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
    return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
  }
  return nil
}

extension ModelShape {
  /// About the bytes of a worker's matrices for a batch of `tokens`, as the families' `forward`
  /// takes them.
  public func workspaceBytes(tokens: Int) -> Int {
    // States, norm, queries, keys, values and context; a decoder holds the encoder's final states
    // and the queries, keys and values of its crossing besides.
    let perToken = (decoderBlocks > 0 ? 10 : 6) * width
    let tile = 256 * neurons * (isGated ? 2 : 1)
    let scores = 128 * maxTokens
    return 4 * (tokens * perToken + tile + scores)
  }
}
