import ArgumentParser
import Foundation
import Probing

/// `spinscope report`: a run's results for papers, notebooks and other programs.
struct Report: ParsableCommand {
  /// What to write.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case markdown, json, csv, svg, python
  }

  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a run as Markdown, JSON, CSV, SVG figures or a loader in Python.",
    discussion: """
      markdown: what the head is worth in one sentence, then everything behind it. json: all of the \
      run's JSON files in one object. csv: a table. svg: a figure. python: ten lines that give the \
      head's answers from head.safetensors and pooled features. Text in CSV that a spreadsheet \
      would run as a formula gets an apostrophe before it.
      """)

  @Argument(help: ArgumentHelp("A run folder, NAME.spin.", valueName: "run"))
  var folder: String

  @Option(help: "markdown, json, csv, svg or python.")
  var format: Format?

  @Option(help: "A table as CSV: neurons, predictions, grid or layers.")
  var table: ReportTable?

  @Option(help: "A figure as SVG: layers, eta, exits, reliability or grid.")
  var figure: ReportFigure?

  @Option(
    name: [.short, .customLong("output")],
    help: "A new folder for the report with all its tables and figures; with a format, a file.")
  var output: String?

  func validate() throws {
    guard table == nil || format ?? .csv == .csv, figure == nil || format ?? .svg == .svg,
      table == nil || figure == nil
    else { throw ValidationError("--table is for csv, --figure for svg; give one of them") }
  }

  func run() throws {
    let url = URL(fileURLWithPath: folder)
    let run = try openedRun(url)
    let json = RunJSON(folder: url)
    guard let output else { return try writeResult(try text(run, json)) }
    if format == nil, table == nil, figure == nil {
      let report = ReportFolder(run, json: try explaining { try json.text() })
      try report.write(to: URL(fileURLWithPath: output))
    } else {
      try writeFile(output, try text(run, json) + "\n")
    }
  }

  private func text(_ run: Run, _ json: RunJSON) throws(Failure) -> String {
    switch format ?? (table != nil ? .csv : figure != nil ? .svg : .markdown) {
    case .markdown: MarkdownReport(run: run).text
    case .json: try explaining { try json.text() }
    case .csv: (table ?? .neurons).csv(run)
    case .svg: (figure ?? .layers).figure(run).svg
    case .python: HeadLoader.python
    }
  }
}
