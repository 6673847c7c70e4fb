/// A chart: panels that share a legend.
struct Figure {
  /// A word for files and ids.
  var name: String
  var title: String
  /// What can be seen, for those who cannot see it.
  var description: String
  /// Row by row, `columns` in each.
  var panels: [Panel]
  var columns: Int
  /// Pixels of a panel's height.
  var height = 250.0
  var legend: [LegendEntry]
  /// What a reader must know, below the legend.
  var notes: [String] = []
}

/// One pair of axes and what is drawn between them.
struct Panel {
  var title: String
  var x: Axis
  var y: Axis
  var series: [Series] = []
  var rules: [Rule] = []
  /// Lines in the upper left corner.
  var remarks: [String] = []
}

/// Points that belong together.
struct Series {
  /// How the points' intervals are drawn.
  enum Spread {
    case none, bars, band
  }

  var name: String
  var look: SeriesLook
  var points: [Point]
  var isJoined = true
  var spread = Spread.none
  /// Whether the points' labels stand below them, and below their bars.
  var hasLabelsBelow = false
  /// Pixels to the right, so that bars at one place stand side by side.
  var shift = 0.0
}

/// A point with its interval and what a pointer on it shows.
struct Point {
  var x: Double
  var y: Double
  /// The ends of the interval; nil where there is none.
  var range: ClosedRange<Double>?
  var title: String
  /// Beside the point, where there is room.
  var label = ""
  var radius = 3.4
  /// Nil takes the series' own.
  var color: Ink?
}

/// A level line across a panel, named in the margin.
struct Rule {
  var name: String
  var value: Double
  var look: SeriesLook
}

/// A name and what it looks like.
struct LegendEntry {
  var name: String
  var look: SeriesLook
  /// Nil takes the look's own.
  var color: Ink?
  var hasLine = true

  /// Names a series.
  init(_ series: Series) {
    (name, look, hasLine) = (series.name, series.look, series.isJoined)
  }

  /// Names a marker without a line.
  init(_ name: String, _ look: SeriesLook, color: Ink? = nil) {
    (self.name, self.look, self.color, hasLine) = (name, look, color, false)
  }
}
