import ArgumentParser
import Foundation
import Probing
import StrictJSON
import Tensors
import Terminal
import Transformers

/// `spinscope report`: a run's results for papers, notebooks and other programs.
struct Report: ParsableCommand {
  /// What to write.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case markdown, json, csv, svg
  }

  static let configuration = CommandConfiguration(
    abstract: "Write a run as Markdown, JSON, CSV or an SVG figure.",
    discussion: """
      markdown: the summary, probe scores and chosen neurons. json: run.json, scores.json, \
      probes.json and head.json in one object. csv: every neuron of the head with its weights. \
      svg: the layer curve.
      """)

  @Argument(help: ArgumentHelp("A run folder, NAME.spin.", valueName: "run"))
  var folder: String

  @Option(help: "markdown, json, csv or svg.")
  var format = Format.markdown

  func run() throws {
    let run = try explaining { try Run(folder: URL(fileURLWithPath: folder)) }
    switch format {
    case .markdown: try writeResult(MarkdownReport(run).text)
    case .json: try writeResult(try joined())
    case .csv: try writeResult(neurons(run))
    case .svg: try writeResult(figure(run))
    }
  }

  private func joined() throws(Failure) -> String {
    try explaining {
      let parts = try ["run", "scores", "probes", "head"].map { name in
        let text = try String(
          contentsOf: URL(fileURLWithPath: folder).appendingPathComponent("\(name).json"),
          encoding: .utf8)
        return "\"\(name)\": \(text.trimmingCharacters(in: .newlines))"
      }
      return "{\(parts.joined(separator: ",\n"))}"
    }
  }

  private func neurons(_ run: Run) -> String {
    let classifier = run.head.fitted.classifier
    let outputs = classifier.weights.rows
    let classes = outputs == 1 ? [run.info.data.classes[1]] : run.info.data.classes
    var lines = ["neuron,layer,index,mean,scale,class,weight,raw_weight"]
    for (j, neuron) in run.head.neurons.enumerated() {
      for k in 0..<outputs {
        lines.append(
          "\(neuron),\(neuron.layer),\(neuron.index),\(classifier.standardizer.mean[j]),"
            + "\(classifier.standardizer.scale[j]),\(field(classes[k])),"
            + "\(classifier.weights[k, j]),\(classifier.rawWeight(k, j))")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func field(_ text: String) -> String {
    "\"" + shown(text).replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  /// The layers screen without the sentence, as a figure.
  private func figure(_ run: Run) -> String {
    var theme = Theme.builtIn
    theme.depth = .direct
    let layers = max(
      run.head.source.depths(blocks: run.info.model.shape.blocks), 4)
    let size = Size(columns: 120, rows: layers + 9)
    var frame = ExplorerFrame(canvas: Canvas(size: size, style: theme["text"]))
    LayersView(state: ExplorerState(RunIndex(run), theme: theme)).draw(into: &frame, size.rect)
    return frame.canvas.svg(title: "Probe accuracy by layer")
  }
}

/// A run as Markdown.
struct MarkdownReport {
  private let run: Run

  init(_ run: Run) { self.run = run }

  /// Text that cannot end a table's cell.
  private func cell(_ text: String) -> String {
    shown(text).replacingOccurrences(of: "|", with: "\\|")
  }

  /// The whole report.
  var text: String {
    let info = run.info
    let chosen = info.chosen
    var lines = [
      "# \(cell(info.model.name)) on \(cell(info.data.name))", "",
      "| | |", "|---|---|",
      "| model | \(cell(info.model.name)), SHA-256 `\(info.model.sha256)` |",
      "| texts | "
        + Split.allCases.map {
          "\(grouped(info.data.counts[$0.rawValue] ?? 0)) \($0.rawValue)"
        }.joined(separator: ", ") + "; \(grouped(info.data.truncated)) cut |",
      "| classes | \(info.data.classes.map(cell).joined(separator: ", ")) |",
      "| chosen of \(chosen.tried) tried | \(chosen.source.plural), \(chosen.pooling.rawValue), "
        + "\(chosen.selection), C \(significant(chosen.c)), \(grouped(chosen.neurons)) neurons |",
      "| validation | \(score(run.head.validation)) |",
      "| **test** | **\(score(run.scores.test))**, macro-F1 \(percent(run.scores.testEvaluation.macroF1.value)) |",
      "| base: \(run.scores.base?.detail ?? "") | \(score(run.scores.baseTest)) |",
      "| majority (validation) | \(score(run.scores.majority)) |", "",
      "Head against base on the test texts: \(run.scores.verdict) (McNemar).", "",
      "Intervals are Wilson's, 95 %. The test texts were read "
        + "\(run.scores.testReadings == 1 ? "once" : "\(run.scores.testReadings) times") by this fit. "
        + (info.data.isSplitBySeed
          ? "The split was drawn with seed \(info.data.source.seed)." : "The splits were given.")
        + " \(grouped(info.data.overlap)) validation and test texts stand in train too."
        + " Features are standardised with the training mean and deviation.",
      "", "## Probes, on n = \(grouped(run.head.validation.n)) validation texts", "",
      "| layer | pooling | validation | C | weights | gap |", "|---|---|---|---|---|---|",
    ]
    for probe in run.probes {
      lines.append(
        "| \(probe.key.representation.letter)\(probe.key.layer) | \(probe.key.pooling.rawValue) | "
          + "\(percent(probe.validation.accuracy))\(plusMinus(probe.validation)) | "
          + "\(significant(probe.fitted.c)) | \(grouped(probe.saliency().count { $0 > 0 })) | "
          + "\(significant(probe.fitted.relativeGap)) |")
    }
    lines += ["", "## Head by depth", "", "| layers | neurons | validation |", "|---|---|---|"]
    for exit in run.exits {
      lines.append(
        "| 0 … \(exit.depth) | \(grouped(exit.neurons.count)) | \(percent(exit.validation.accuracy))"
          + "\(plusMinus(exit.validation)) |")
    }
    return (lines + neurons).joined(separator: "\n")
  }

  /// The head's neurons, by the size of their weight.
  private var neurons: [String] {
    let classifier = run.head.fitted.classifier
    let outputs = 0..<classifier.weights.rows
    func size(_ j: Int) -> Float { outputs.map { abs(classifier.weights[$0, j]) }.max() ?? 0 }
    let columns = outputs.count == 1 ? [run.info.data.classes[1]] : run.info.data.classes
    let order = run.head.neurons.indices.sorted { (size($1), $0) < (size($0), $1) }
    return [
      "", "## Neurons of the head", "",
      "| neuron | " + columns.map { "weight for \(cell($0))" }.joined(separator: " | ") + " |",
      "|---|" + columns.map { _ in "---|" }.joined(),
    ]
      + order.map { j in
        let weights = outputs.map { signed(Double(classifier.weights[$0, j]), 4) }
        return "| \(run.head.neurons[j]) | \(weights.joined(separator: " | ")) |"
      }
  }
}
