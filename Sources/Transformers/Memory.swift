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
