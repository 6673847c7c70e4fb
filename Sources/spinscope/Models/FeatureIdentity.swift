import Foundation
import Probing
import Tensors
import Transformers

/// Everything that pooled features depend on, part by part, so that a difference can be named.
struct FeatureIdentity: Codable, Equatable {
  var spinscope: String
  /// SHA-256 of the weights.
  var weights: String
  /// SHA-256 of the files that say how to run them and how text becomes ids.
  var configuration: String
  var texts: Int
  /// SHA-256 of all texts, in order.
  var textsSum: String
  /// SHA-256 of the batches that they are packed in.
  var batches: String
  var poolings: [Pooling]
  /// `F32` or `F16`.
  var precision: String
  /// Blocks of a decoder; nil where none is read.
  var decoderBlocks: Int?
  /// True where the last hidden state is the one after a final norm; else nil.
  var normsLast: Bool?

  init(
    _ folder: URL, weightsSum: String, texts: [String], batches: [[Int]], plan: FeaturePlan,
    normsLast: Bool
  ) {
    spinscope = spinscopeVersion
    weights = weightsSum
    configuration = Self.configurationSum(folder)
    self.texts = texts.count
    textsSum = Self.sum(texts)
    self.batches = Self.sum(batches.map { $0.description })
    poolings = plan.poolings
    precision = plan.type.rawValue
    decoderBlocks = plan.stacks.decoderBlocks > 0 ? plan.stacks.decoderBlocks : nil
    self.normsLast = normsLast ? true : nil
  }

  /// All parts in one sum.
  var fingerprint: String {
    Self.sum(
      [spinscope, weights, configuration, "\(texts)", textsSum, batches, precision]
        + poolings.map(\.rawValue) + (decoderBlocks.map { ["decoder \($0)"] } ?? [])
        + (normsLast == nil ? [] : ["last state normed"]))
  }

  /// What features of this identity have that those of `other` have not, in words; nil if nothing.
  func difference(from other: FeatureIdentity) -> String? {
    func list(_ poolings: [Pooling]) -> String {
      poolings.map(\.rawValue).joined(separator: ", ")
    }
    if weights != other.weights { return "another model's weights" }
    if configuration != other.configuration { return "another config.json or tokenizer" }
    if texts != other.texts { return "\(grouped(texts)) texts, not \(grouped(other.texts))" }
    if textsSum != other.textsSum { return "other texts, or another order" }
    if poolings != other.poolings {
      return "the poolings \(list(poolings)), not \(list(other.poolings))"
    }
    if decoderBlocks != other.decoderBlocks {
      return decoderBlocks == nil ? "no decoder" : "a decoder too"
    }
    if normsLast != other.normsLast {
      return "the last hidden state \(normsLast == nil ? "before" : "after") the final norm"
    }
    if precision != other.precision { return "\(precision), not \(other.precision)" }
    if spinscope != other.spinscope { return "SpinScope \(spinscope), not \(other.spinscope)" }
    return batches == other.batches ? nil : "texts that are packed in another way"
  }

  private static func sum(_ parts: [String]) -> String {
    var sum = SHA256()
    for (place, part) in parts.enumerated() {
      if place > 0 { sum.update([0]) }
      sum.update(Array(part.utf8))
    }
    return sum.finish()
  }

  /// A file that is not there counts as empty.
  private static func configurationSum(_ folder: URL) -> String {
    let files = [
      "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
      "vocab.txt", "vocab.json", "merges.txt",
    ]
    return sum(
      files.map { (try? SHA256.ofFile(folder.appendingPathComponent($0).path)) ?? "" })
  }
}
