import Probing

/// What stands beside what in the grid of everything that was tried: a row a selection, and columns that
/// can be changed.
enum GridAxes: String, Sendable, Codable, CaseIterable {
  /// What the head reads and how it is pooled, each at its best depth.
  case poolings
  /// How deep it reads, of the chosen source and pooling.
  case depths
  /// How weak the penalty is, of the chosen source and pooling at the greatest depth.
  case penalties
  /// Other draws of training and validation texts.
  case draws

  /// Those that a run knows something of.
  static func known(_ run: Run) -> [GridAxes] {
    allCases.filter { axes in
      switch axes {
      case .poolings, .depths: true
      case .penalties: run.scores.grid.contains { $0.accuracyByC != nil }
      case .draws: run.scores.repeats.contains { $0.curve != nil }
      }
    }
  }
}

/// The numbers of the grid.
struct GridTable {
  /// One number of the grid, at 0 … 1, and whether it is what was chosen.
  struct Cell: Equatable {
    var accuracy: Double
    var isChosen = false
  }

  let title: String
  /// Above each column, in one line or two.
  var headings: [[String]] = []
  /// A row a selection, a column a heading.
  var rows: [(selection: NeuronSelection, cells: [Cell?])] = []

  init(_ run: Run, _ axes: GridAxes) {
    let chosen = run.info.chosen
    let what = "\(chosen.source.rawValue), \(chosen.pooling.rawValue)"
    switch axes {
    case .poolings: title = "source × pooling, best depth"
    case .depths: title = "depth; \(what)"
    case .penalties: title = "C; \(what)"
    case .draws: title = "draws of texts; \(what)"
    }
    switch axes {
    case .poolings: fillPoolings(run)
    case .depths: fillDepths(run)
    case .penalties: fillPenalties(run)
    case .draws: fillDraws(run)
    }
  }

  private mutating func fill(_ run: Run, _ cells: (NeuronSelection) -> [Cell?]) {
    rows = run.info.settings.selections.map { ($0, cells($0)) }
  }

  private mutating func fillPoolings(_ run: Run) {
    let settings = run.info.settings
    let columns = settings.sources.flatMap { source in settings.poolings.map { (source, $0) } }
    headings = columns.map { [$0.0.rawValue, $0.1.rawValue] }
    let chosen = run.info.chosen
    fill(run) { selection in
      columns.map { source, pooling in
        run.scores.grid.filter {
          $0.source == source && $0.pooling == pooling && $0.selection == selection
        }.map(\.validation.accuracy).max().map {
          Cell(
            accuracy: $0,
            isChosen: source == chosen.source && pooling == chosen.pooling
              && selection == chosen.selection)
        }
      }
    }
  }

  /// What was fitted of the chosen source and pooling.
  private func points(_ run: Run) -> [Scores.GridPoint] {
    run.configurations.filter {
      $0.source == run.info.chosen.source && $0.pooling == run.info.chosen.pooling
    }
  }

  private mutating func fillDepths(_ run: Run) {
    let (points, chosen) = (points(run), run.info.chosen)
    let depths = Set(points.map(\.depth)).sorted()
    headings = depths.map { [chosen.source.lastLayer(depth: $0, of: run.info.stacks).description] }
    fill(run) { selection in
      depths.map { depth in
        points.last { $0.selection == selection && $0.depth == depth }.map {
          Cell(
            accuracy: $0.validation.accuracy,
            isChosen: selection == chosen.selection && depth == chosen.depth)
        }
      }
    }
  }

  private mutating func fillPenalties(_ run: Run) {
    let points = run.scores.grid.filter {
      $0.source == run.info.chosen.source && $0.pooling == run.info.chosen.pooling
    }
    let deepest = points.map(\.depth).max() ?? 0
    switch run.info.settings.cGrid {
    case .multiples(let list): headings = list.map { ["×\(significant($0))"] }
    case .values(let list): headings = list.map { [significant($0)] }
    }
    let columns = headings.indices
    fill(run) { selection in
      let point = points.last { $0.selection == selection && $0.depth == deepest }
      let scores = point?.accuracyByC ?? []
      return columns.map { scores.indices.contains($0) ? Cell(accuracy: scores[$0]) : nil }
    }
  }

  /// This fit, the draws, and their mean.
  private mutating func fillDraws(_ run: Run) {
    let chosen = run.info.chosen
    let curves = run.scores.repeats.compactMap(\.curve)
    headings = [["fit"]] + curves.indices.map { ["\($0 + 1)"] } + [["mean"]]
    let (points, rule) = (points(run), run.info.settings.choice)
    fill(run) { selection in
      // The depth that the run's own rule prefers, as in the draws.
      let own = points.filter { $0.selection == selection }
        .min { $0.validation.isBetter(than: $1.validation, by: rule) }.map {
          Cell(accuracy: $0.validation.accuracy, isChosen: selection == chosen.selection)
        }
      let drawn = curves.map { curve in
        curve.first { $0.selection == selection }.map { Cell(accuracy: $0.validation.accuracy) }
      }
      let known = drawn.compactMap { $0?.accuracy }
      let mean = known.isEmpty ? nil : Cell(accuracy: known.reduce(0, +) / Double(known.count))
      return [own] + drawn + [mean]
    }
  }
}
