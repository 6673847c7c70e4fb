import Foundation
import Probing
import Transformers

/// The memory of this process since it started.
struct MemoryBenchmark {
  let folder: URL

  /// Call it right behind an extraction, before anything else needs memory.
  func measurement() throws -> Measurement? {
    guard let peak = Self.peakBytes else { return nil }
    let weights = try WeightFiles(folder: folder).paths.reduce(0) { sum, path in
      sum + ((try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0)
    }
    let limit = weights + 250_000_000
    return Measurement(
      "peak memory of extraction", Double(peak) / 1e6, "MB",
      detail: "weights \(grouped(weights / 1_000_000)) MB", share: Double(peak) / Double(limit),
      of: "weights + 250 MB")
  }

  /// The most that was resident at a time, mapped files included; nil where the system does not say.
  static var peakBytes: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
  }
}
