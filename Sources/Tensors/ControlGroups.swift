import Foundation

/// The limits that a container or a job scheduler sets on a process, in either version.
///
/// Source: Linux, `cgroups(7)`, and the kernel's `admin-guide/cgroup-v2.rst` and `cgroup-v1`.
public struct ControlGroups: Sendable {
  private let root: String
  private let memberships: String

  /// - Parameters:
  ///   - root: where the groups' file systems are mounted.
  ///   - memberships: what `/proc/PID/cgroup` says of a process.
  init(root: String, memberships: String) {
    self.root = root
    self.memberships = memberships
  }

  /// Those of this process.
  public static var own: ControlGroups {
    ControlGroups(root: "/sys/fs/cgroup", memberships: contents(of: "/proc/self/cgroup") ?? "")
  }

  /// The processors whose time the tightest quota leaves, at least 1; nil without a quota.
  public var processors: Int? {
    folders(of: "cpu").compactMap { folder in
      let quota = Self.contents(of: "\(folder)/cpu.max")?.split(separator: " ").map(Self.number)
      let used = quota?.first ?? integer("\(folder)/cpu.cfs_quota_us")
      let period = quota?.last ?? integer("\(folder)/cpu.cfs_period_us")
      guard let used, let period, used > 0, period > 0 else { return nil }
      return max(1, used / period)
    }.min()
  }

  /// The bytes that the tightest limit leaves; nil without a limit.
  ///
  /// Pages of files that were not read lately are given back before anything fails.
  public var freeMemory: Int? {
    folders(of: "memory").compactMap { folder in
      let limit = integer("\(folder)/memory.max") ?? integer("\(folder)/memory.limit_in_bytes")
      let used = integer("\(folder)/memory.current") ?? integer("\(folder)/memory.usage_in_bytes")
      guard let limit, let used else { return nil }
      let statistics = Self.contents(of: "\(folder)/memory.stat") ?? ""
      let idle = statistics.split(separator: "\n").lazy.map { $0.split(separator: " ") }
        .first { ["inactive_file", "total_inactive_file"].contains($0.first) }?.last
      return max(0, limit - max(0, used - (idle.flatMap(Self.number) ?? 0)))
    }.min()
  }

  /// The folders of the process's group and of all groups around it, which bind it too.
  private func folders(of controller: String) -> [String] {
    memberships.split(separator: "\n").flatMap { line -> [String] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      let isUnified = parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains(Substring(controller)) else {
        return []
      }
      let names = parts[2].split(separator: "/")
      return (0...names.count).map { depth in
        ([isUnified ? root : "\(root)/\(controller)"] + names.prefix(depth).map(String.init))
          .joined(separator: "/")
      }
    }
  }

  private func integer(_ path: String) -> Int? { Self.contents(of: path).flatMap(Self.number) }

  private static func number(_ text: some StringProtocol) -> Int? {
    Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private static func contents(of path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
