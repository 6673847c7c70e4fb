import Foundation
import Testing

@testable import Probing
@testable import spinscope

@Suite("Figures of a run")
struct FigureTests {
  /// The tiny run, with times, which its fixture leaves out since they differ from fit to fit.
  private func timedRun() throws -> Run {
    var run = try TinyRun.run()
    run.timings = ExitTimings(texts: 32, tokens: 400, milliseconds: [0.5, 1.25, 2, 2.75])
    return run
  }

  private func parsed(_ figure: ReportFigure, _ run: Run) throws -> ParsedSVG {
    try ParsedSVG(figure.figure(run).svg)
  }

  @Test(
    "are well-formed, described, without scripts, and within their bounds",
    arguments: ReportFigure.allCases)
  func document(figure: ReportFigure) throws {
    let svg = try parsed(figure, try timedRun())
    let root = try #require(svg.elements.first)
    #expect(root.name == "svg" && root.attributes["role"] == "img")
    #expect(
      root.attributes["aria-labelledby"]
        == "\(figure.rawValue)-title \(figure.rawValue)-description")
    #expect(svg.all("title").first?.attributes["id"] == "\(figure.rawValue)-title")
    #expect(svg.all("desc").first?.text.contains("%") == true)
    #expect(
      Set(svg.elements.map(\.name)).isSubset(of: [
        "svg", "title", "desc", "rect", "g", "line", "polyline", "polygon", "path", "text",
      ]))
    for text in svg.all("text") {
      #expect(0...root.number("width") ~= text.number("x"), "\(text.text)")
      #expect(0...root.number("height") ~= text.number("y"), "\(text.text)")
    }
  }

  @Test("are the same each time, and do without times", arguments: ReportFigure.allCases)
  func same(figure: ReportFigure) throws {
    let run = try TinyRun.run()
    #expect(figure.figure(run).svg == figure.figure(run).svg)
  }

  @Test("what files name cannot become markup", arguments: ReportFigure.allCases)
  func hostile(figure: ReportFigure) throws {
    var run = try TinyRun.run()
    run.info.model.name = "<script>alert(1)</script>\u{1B}[2J"
    run.info.data.name = "\"&]]>\u{202E}\u{0}"
    let svg = try parsed(figure, run)
    #expect(svg.all("script").isEmpty)
    #expect(svg.all("title")[0].text.contains("<script>alert(1)</script>␛"))
  }

  @Test("layers shows every probe, control and level line with the run's numbers")
  func layers() throws {
    let run = try TinyRun.run()
    let svg = try parsed(.layers, run)
    let points = svg.titles(of: "path")
    for probe in run.probes
    where run.info.settings.representations.contains(probe.key.representation) {
      let name = "\(LayerAddress(probe.key.representation, probe.key.layer))"
      #expect(points.contains("\(name), \(probe.key.pooling.rawValue): \(score(probe.validation))"))
    }
    for control in run.scores.controls {
      #expect(points.contains("\(control.address), word labels: \(score(control.words))"))
      #expect(points.contains("\(control.address), shuffled labels: \(score(control.shuffled))"))
    }
    let texts = svg.all("text").map(\.text)
    #expect(texts.contains("SPIN \(percent(run.head.validation.accuracy))"))
  }

  @Test("baselines stand under every curve, scored on its texts")
  func baselines() throws {
    let run = try TinyRun.run()
    for (figure, split) in [
      (ReportFigure.layers, \Baseline.validation), (.eta, \.validation), (.exits, \.test),
    ] {
      let texts = try parsed(figure, run).all("text").map(\.text)
      for (kind, name) in [
        (Baseline.Kind.base, "Base"), (.tfIdf, "TF-IDF"), (.majority, "majority"),
      ] {
        let baseline = try #require(run.scores.baseline(kind))
        #expect(texts.contains("\(name) \(percent(baseline[keyPath: split].accuracy))"))
      }
    }
  }

  @Test("eta shows the best depth of every source, pooling and selection, once a panel")
  func eta() throws {
    let run = try TinyRun.run()
    let points = try parsed(.eta, run).titles(of: "path")
    let settings = run.info.settings
    for source in settings.sources {
      for pooling in settings.poolings {
        for selection in settings.selections {
          let name = "\(source.plural), \(pooling.rawValue), \(selection): "
          let found = points.filter {
            $0.hasPrefix(name) && !$0.hasSuffix("neuron") && !$0.hasSuffix("neurons")
          }
          let some = run.configurations.filter {
            $0.source == source && $0.pooling == pooling && $0.selection == selection
          }
          #expect(found.isEmpty == some.isEmpty)
          for point in found {
            #expect(some.contains { point == name + score($0.validation) })
          }
        }
      }
    }
  }

  @Test("exits shows every depth at its time, every threshold, and the chosen one")
  func exits() throws {
    let run = try timedRun()
    let svg = try parsed(.exits, run)
    let points = svg.titles(of: "path")
    for exit in run.scores.exits {
      #expect(points.contains { $0.hasSuffix("\(neurons(exit.neurons)): \(score(exit.test))") })
    }
    for outcome in run.scores.exitRule.test {
      #expect(points.contains("p ≥ \(decimals(outcome.threshold, 2)): \(score(outcome.score))"))
    }
    let threshold = decimals(run.scores.exitRule.threshold, 2)
    #expect(points.contains { $0.hasPrefix("chosen on validation: p ≥ \(threshold)") })
    #expect(svg.all("text").contains { $0.text.hasPrefix("milliseconds") })
    let untimed = try parsed(.exits, try TinyRun.run())
    #expect(untimed.all("text").contains { $0.text.hasPrefix("blocks run") })
  }

  @Test("reliability shows every bin before and after the temperature, with both errors")
  func reliability() throws {
    let run = try TinyRun.run()
    let svg = try parsed(.reliability, run)
    let points = svg.titles(of: "path")
    let texts = svg.all("text").map(\.text)
    for evaluation in [run.evaluation(of: .test), run.scores.testEvaluation] {
      for bin in evaluation.reliability {
        #expect(points.contains("says \(percent(bin.confidence)) %: \(score(bin.score))"))
      }
      #expect(texts.contains("ECE \(share(evaluation.calibrationError)) %"))
      #expect(texts.contains("luck alone \(percent(evaluation.calibrationErrorOfLuck)) %"))
    }
  }

  @Test("grid shows every configuration in the panel of its source")
  func grid() throws {
    let run = try TinyRun.run()
    let svg = try parsed(.grid, run)
    for configuration in run.configurations {
      let title =
        "\(configuration.source.range(to: configuration.depth, of: run.info.stacks)), \(configuration.pooling.rawValue), "
        + "\(configuration.selection), \(neurons(configuration.neurons)): "
        + score(configuration.validation)
      #expect(svg.titles(of: "path").contains(title))
    }
    #expect(svg.titles(of: "path").count == run.configurations.count + 1)
    for source in run.info.settings.sources { #expect(svg.titles(of: "g").contains(source.plural)) }
  }

  @Test("a point lies where its axes say")
  func places() throws {
    let axis = Axis.even("value", around: [0, 10])
    let series = Series(
      name: "corners", look: SeriesLook.series[0],
      points: [(0, 0), (10, 10), (5, 0)].map { Point(x: $0.0, y: $0.1, title: "\($0.0)") })
    let figure = Figure(
      name: "test", title: "", description: "",
      panels: [
        Panel(title: "", x: axis, y: axis, series: [series])
      ], columns: 1, legend: [])
    let svg = try ParsedSVG(figure.svg)
    let line = try #require(svg.all("polyline").first?.attributes["points"])
    let places = line.split(separator: " ").map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    let axes = svg.all("line")
    let bottom = try #require(axes.map { $0.number("y1") }.max())
    let left = try #require(axes.map { $0.number("x1") }.min())
    let right = try #require(axes.map { $0.number("x2") }.max())
    #expect(places[0][0] == left && places[1][0] == right && places[2][0] == (left + right) / 2)
    #expect(places[0][1] == bottom && places[0][1] == places[2][1] && places[1][1] < places[0][1])
  }

  @Test("names in the margin keep apart, and within the panel")
  func margin() throws {
    let axis = Axis.even("value", around: [0, 100])
    let rules = [0.0, 0.1, 50, 50.1, 50.2].map {
      Rule(name: "rule \($0)", value: $0, look: .head)
    }
    let figure = Figure(
      name: "test", title: "", description: "",
      panels: [Panel(title: "", x: axis, y: axis, rules: rules)], columns: 1, legend: [])
    let places = try ParsedSVG(figure.svg).all("text").filter { $0.text.hasPrefix("rule") }
      .map { $0.number("y") }.sorted()
    #expect(places.count == 5)
    for (a, b) in zip(places, places.dropFirst()) { #expect(b - a >= 14 - 1e-6) }
  }
}
