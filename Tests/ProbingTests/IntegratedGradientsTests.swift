import Foundation
import Tensors
import Testing
import Tokenizers
import Transformers

@testable import Probing

@Suite("Integrated gradients")
struct IntegratedGradientsTests {
  static let runs = ["max", "mean", "first", "three"]
  static let texts = [
    "the film was good", "bad !", "xylophone unable good, not-bad", "good good good bad very",
  ]

  private func gradients(_ name: String, nodes: Int = 16) throws -> IntegratedGradients {
    let run = try Tiny.run(name)
    return IntegratedGradients(
      run: run, try Explainer(run: run, model: Tiny.model(), tokenizer: Tiny.tokenizer()),
      nodes: nodes)
  }

  @Test("sum to what the text's logit is more than that of the masked text", arguments: runs)
  func completeness(name: String) throws {
    for text in Self.texts {
      let words = try #require(try gradients(name, nodes: 64).words(of: text))
      // A maximum's slope jumps where another token takes the lead: the rule then converges slowly.
      #expect(words.gap < (try Tiny.run(name).head.pooling == .max ? 0.05 : 0.01), "\(text)")
    }
  }

  @Test("explain the logit that the explanation shares out", arguments: runs)
  func explainedLogit(name: String) throws {
    let run = try Tiny.run(name)
    let explainer = try Explainer(run: run, model: Tiny.model(), tokenizer: Tiny.tokenizer())
    for text in Self.texts {
      let words = try #require(try gradients(name).words(of: text))
      let explanation = explainer.explain(text)
      #expect(abs(words.logit - explanation.logit) < 1e-5)
      #expect(words.contributions.count == explanation.words.count)
      for (word, part) in zip(explanation.words, words.contributions) where word.isSpecial {
        #expect(part == 0)
      }
    }
  }

  @Test("are exact on a linear model, one node or many", arguments: [1, 2, 16])
  func linear(nodes: Int) throws {
    let run = try Tiny.run("mean")
    let explainer = try Explainer(
      run: run, model: LinearModel(shape: Tiny.model().shape), tokenizer: Tiny.tokenizer())
    let gradients = IntegratedGradients(run: run, explainer, nodes: nodes)
    for text in Self.texts {
      let words = try #require(gradients.words(of: text))
      // Slopes are differences of F32 logits: rounding is all that is left.
      let rounding = 2e-4 * words.contributions.reduce(1) { $0 + abs($1) }
      #expect(abs(words.contributions.reduce(words.masked, +) - words.logit) < rounding, "\(text)")
      // Where the model mixes no words, what a word causes is where its share of the mean moved.
      let here = explainer.explain(text)
      let masked = explainer.explain(
        here.words.filter { !$0.isSpecial }.map {
          $0.tokens.map { _ in "[MASK]" }.joined(separator: " ")
        }
        .joined(separator: " "))
      #expect(abs(masked.logit - words.masked) < 1e-5)
      var places = masked.wordContributions.makeIterator()
      for (word, whole) in zip(here.words, zip(here.wordContributions, words.contributions)) {
        let before = word.tokens.reduce(0) { sum, _ in sum + (places.next() ?? .nan) }
        #expect(abs(whole.0 - before - whole.1) < rounding, "\(word.text) in \(text)")
      }
    }
  }

  @Test("do not depend on the number of workers, and are nothing of a text of template alone")
  func workers() throws {
    let gradients = try gradients("mean")
    #expect(
      gradients.words(of: "not good", workers: 1) == gradients.words(of: "not good", workers: 3))
    let empty = try #require(gradients.words(of: ""))
    #expect(empty.contributions.allSatisfy { $0 == 0 })
    #expect(empty.gap == 0)
  }

  @Test("a rule of n nodes integrates polynomials of degree 2 n − 1", arguments: [1, 2, 5, 16, 40])
  func quadrature(nodes: Int) {
    let rule = GaussLegendre(nodes)
    #expect(rule.nodes == rule.nodes.sorted() && Set(rule.nodes).count == nodes)
    for degree in [0, 1, nodes, 2 * nodes - 1] {
      let sum = rule.nodes.reduce(0) { $0 + rule.weight(of: $1) * pow($1, Double(degree)) }
      #expect(abs(sum - 1 / Double(degree + 1)) < 1e-13)
    }
  }
}

/// A model without any non-linearity and without attention: layer k is k + 1 times a table's row.
private struct LinearModel: Transformer {
  let shape: ModelShape

  func forward(
    _ batch: Batch, from entry: Entry?, blocks: Int, workspace: inout Workspace,
    tap: inout some Tap
  ) {
    var start = Matrix(rows: batch.tokenCount, columns: shape.width)
    for row in 0..<start.rows {
      for column in 0..<start.columns {
        start[row, column] = sin(Float(Int(batch.ids[row]) * 31 + column))
      }
    }
    let h = entry?.hidden ?? start
    for layer in 0...blocks {
      tap.record(
        Site(.hidden, layer), times(h, Float(layer + 1), shape.width), rows: 0..<h.rows, of: batch)
      guard layer < blocks else { break }
      tap.record(
        Site(.activation, layer), times(h, Float(layer + 2), shape.neurons), rows: 0..<h.rows,
        of: batch)
    }
  }

  private func times(_ h: Matrix, _ factor: Float, _ columns: Int) -> Matrix {
    var scaled = Matrix(rows: h.rows, columns: columns)
    for row in 0..<h.rows {
      for column in 0..<columns { scaled[row, column] = factor * h[row, column % h.columns] }
    }
    return scaled
  }
}
