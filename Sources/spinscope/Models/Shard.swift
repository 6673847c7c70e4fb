import ArgumentParser
import Foundation
import Probing
import StrictJSON
import Tensors

/// One of several parts of a fit's texts, which can be read on different machines: `2/8`.
struct Shard: Hashable, Sendable, CustomStringConvertible {
  let number: Int
  let count: Int

  /// Part `number` of `count`, from 1; nil if there is no such part.
  init?(_ number: Int?, of count: Int?) {
    guard let number, let count, count <= 100_000, 1 <= number, number <= count else { return nil }
    (self.number, self.count) = (number, count)
  }

  var description: String { "\(number)/\(count)" }

  /// Every `count`-th of `total` batches.
  ///
  /// They are sorted by length, so that shards take equally long.
  func batches(of total: Int) -> [Int] { Array(stride(from: number - 1, to: total, by: count)) }
}

extension Shard: ExpressibleByArgument {
  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2 else { return nil }
    self.init(parts[0], of: parts[1])
  }
}

/// A shard on disk, beside the run to be: `reviews.spin.shards/2-of-8`.
///
/// It holds `shard.json`, which says what was read, and the features of its texts in the form of a
/// run's, with the ledger of its batches.
struct ShardFolder {
  /// `shard.json`.
  struct Info: Codable {
    var identity: FeatureIdentity
    /// Whose kernels made the numbers.
    var kernels: String
  }

  let shard: Shard
  let url: URL

  /// The folder of all shards of the run `output`.
  static func parent(_ output: URL) -> URL {
    output.deletingLastPathComponent()
      .appendingPathComponent("\(output.lastPathComponent).shards")
  }

  /// Where a shard of the run `output` lies.
  init(_ shard: Shard, of output: URL) {
    self.shard = shard
    url = Self.parent(output).appendingPathComponent("\(shard.number)-of-\(shard.count)")
  }

  /// The shards that are there.
  static func all(of output: URL) -> [ShardFolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent(output).path)) ?? []
    return names.compactMap { name in
      let numbers = name.components(separatedBy: "-of-").map { Int($0) }
      guard numbers.count == 2, let shard = Shard(numbers[0], of: numbers[1]) else { return nil }
      let folder = ShardFolder(shard, of: output)
      return folder.url.lastPathComponent == name ? folder : nil
    }
    .sorted { ($0.shard.count, $0.shard.number) < ($1.shard.count, $1.shard.number) }
  }

  /// The lock of whoever works on it.
  func lock() throws(Failure) -> ProcessLock { try ProcessLock(url.path + ".lock") }

  /// Its features.
  func maker(_ reading: TextReading) -> FeatureMaker {
    FeatureMaker(
      reading, folder: url.appendingPathComponent("features"),
      batches: shard.batches(of: reading.prepared.batches.count))
  }

  /// What it was read from; nil if that cannot be read.
  var info: Info? {
    (try? Data(contentsOf: url.appendingPathComponent("shard.json")))
      .flatMap { try? JSONDecoder().decode(Info.self, from: $0) }
  }

  /// Makes the folder and says what is read into it.
  func write(_ identity: FeatureIdentity) throws(Failure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let json = try encoder.encode(Info(identity: identity, kernels: kernelName))
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      try (json + Data("\n".utf8)).write(
        to: url.appendingPathComponent("shard.json"), options: .atomic)
    } catch {
      throw Failure(.failed, "\(url.path): cannot be written: \(error.systemReason)")
    }
  }
}
