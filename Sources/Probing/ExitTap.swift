import Foundation
import Tensors
import Transformers

/// How sure a depth must be to answer, and what makes its probabilities comparable.
struct Sureness: Sendable {
  /// The probability of the most probable class that is enough; 1 never is.
  var threshold: Double
  /// By depth; 1 where there is none.
  var temperatures: [Int: Double]
}

/// Reads one text until a head is sure enough, from the shallowest to the deepest.
struct ExitTap: Tap {
  private var tap: NeuronTap
  private let exits: [Head]
  private let sureness: Sureness
  /// The head that answered last, and what it said.
  private(set) var depth = 0
  private(set) var probabilities: [Double] = []
  private(set) var isDone = false

  /// Takes the heads by rising depth; the last is the one that answers in the end.
  init(_ exits: [Head], _ sureness: Sureness) {
    tap = NeuronTap(exits.last?.neurons ?? [])
    self.exits = exits
    self.sureness = sureness
  }

  mutating func record(_ site: Site, _ matrix: Matrix, rows: Range<Int>, of batch: Batch) {
    tap.record(site, matrix, rows: rows, of: batch)
    // A block's activations are whole when the next hidden state is there.
    guard let stacks = exits.first?.stacks, let blocks = stacks.blocksRun(at: site) else { return }
    for head in exits where head.blocksNeeded == blocks && !isDone { ask(head) }
  }

  private mutating func ask(_ head: Head) {
    guard let x = tap.pooled(head.pooling, first: head.neurons.count).first else { return }
    let classifier = head.fitted.classifier
    let temperature = sureness.temperatures[head.depth] ?? 1
    depth = head.depth
    probabilities = LinearClassifier.probabilities(
      logits: classifier.logits(x).map { $0 / temperature }, scheme: classifier.scheme)
    isDone = isSure(probabilities.max() ?? 0, sureness.threshold)
  }
}

/// How long a model takes to reach each depth, measured on the machine that fitted the run.
///
/// The one part of a run that differs from fit to fit.
public struct ExitTimings: Sendable, Codable, Equatable {
  /// Texts that were read, one at a time on one thread, and their tokens.
  public var texts: Int
  public var tokens: Int
  /// Until hidden state 0 … L is there, and those of a decoder from 1 on, as a median over the
  /// texts.
  public var milliseconds: [Double]

  /// Until some blocks have run.
  public func milliseconds(blocks: Int) -> Double {
    milliseconds[min(blocks, milliseconds.count - 1)]
  }

  /// A text's on average, where a threshold stops each at one of `exits`.
  public func milliseconds(_ outcome: ExitRule.Outcome, _ exits: [ExitScore]) -> Double {
    zip(outcome.shares, exits).reduce(0) { $0 + $1.0 * milliseconds(blocks: $1.1.blocks) }
  }
}

/// Notes when each hidden state is there.
struct TimingTap: Tap {
  private let start = ContinuousClock.now
  private let stacks: Stacks
  private(set) var milliseconds: [Double] = []

  init(_ stacks: Stacks) { self.stacks = stacks }

  mutating func record(_ site: Site, _ matrix: Matrix, rows: Range<Int>, of batch: Batch) {
    guard stacks.blocksRun(at: site) != nil else { return }
    milliseconds.append((ContinuousClock.now - start) / .milliseconds(1))
  }
}
