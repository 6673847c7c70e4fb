import Foundation
import Testing

@testable import Tensors

@Suite("The limits of a container or a job")
struct ControlGroupsTests {
  /// The limits that some files under the root of the groups give.
  private func groups(_ files: [String: String], _ memberships: String) throws -> ControlGroups {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("groups-\(UUID().uuidString)")
    for (path, text) in files {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return ControlGroups(root: root.path, memberships: memberships)
  }

  @Test("of version 2, the tightest from the group to the root counts")
  func second() throws {
    let groups = try groups(
      [
        "cpu.max": "max 100000\n", "jobs/cpu.max": "250000 100000\n",
        "jobs/7/cpu.max": "max 100000\n", "jobs/7/memory.max": "max\n",
        "jobs/7/memory.current": "900\n", "jobs/memory.max": "1000\n",
        "jobs/memory.current": "700\n", "jobs/memory.stat": "anon 400\ninactive_file 300\n",
      ], "0::/jobs/7\n")
    #expect(groups.processors == 2)
    #expect(groups.freeMemory == 600)
  }

  @Test("of version 1, each controller has its own tree")
  func first() throws {
    let groups = try groups(
      [
        "cpu/a/cpu.cfs_quota_us": "50000\n", "cpu/a/cpu.cfs_period_us": "100000\n",
        "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n",
        "memory/b/memory.limit_in_bytes": "4096\n", "memory/b/memory.usage_in_bytes": "5000\n",
        "memory/b/memory.stat": "cache 9\ntotal_inactive_file 2000\n",
      ], "4:memory:/b\n3:cpu,cpuacct:/a\n0::/\n")
    #expect(groups.processors == 1)
    #expect(groups.freeMemory == 1096)
  }

  @Test(
    "without limits, or with files that say nothing, there are none",
    arguments: ["", "0::/\n", "nonsense", "1:cpu:/../..\n", "0::\n"])
  func none(memberships: String) throws {
    let groups = try groups(["cpu.max": "x\n", "memory.max": "\n"], memberships)
    #expect(groups.processors == nil && groups.freeMemory == nil)
  }
}
