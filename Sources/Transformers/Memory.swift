import Foundation
import Tensors

/// The bytes that this process may still take: without swapping, within the limits of its container
/// or job, and within `ulimit -v`; nil where the system says none of them.
///
/// Source: Linux `proc_meminfo(5)`, MemAvailable; `proc_pid_limits(5)`; `proc_pid_status(5)`.
public func availableMemory() -> Int? {
  [
    availableMemory(meminfo: text("/proc/meminfo")), ControlGroups.own.freeMemory, addressesLeft(),
  ].compactMap { $0 }.min()
}

/// The bytes of address space that this process may still take; nil without a limit.
public func addressesLeft() -> Int? {
  availableAddresses(limits: text("/proc/self/limits"), status: text("/proc/self/status"))
}

private func text(_ path: String) -> String {
  (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
}

/// The bytes of address space that are left of a limit, in the words of `limits` and `status` under
/// `/proc/self`; nil without a limit.
func availableAddresses(limits: String, status: String) -> Int? {
  func number(_ name: String, in text: String) -> Int? {
    text.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count)
      .split(separator: " ").first.flatMap { Int($0) }
  }
  guard let limit = number("Max address space", in: limits),
    let used = number("VmSize:\t", in: status)
  else { return nil }
  return max(0, limit - used * 1024)
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
    // A tile of scores, and one head's keys and values in panels.
    let scores = (128 + 2 * (width / max(heads, 1) + 32)) * maxTokens
    return 4 * (tokens * perToken + tile + scores)
  }

  /// Threads, of `wanted`, whose matrices for the longest text fit into half of `available`; at least
  /// one.
  public func readers(_ wanted: Int, available: Int? = availableMemory()) -> Int {
    guard let available else { return wanted }
    return max(1, min(wanted, available / 2 / max(1, workspaceBytes(tokens: max(maxTokens, 512)))))
  }
}
