import Foundation
import Probing
import Terminal

/// The composition of the explorer's screens, without a terminal.
struct ScreenBenchmark {
  let run: Run
  private let size = Size(columns: 120, rows: 40)

  func measurement() -> Measurement {
    var state = ExplorerState(RunIndex(run))
    var times: [Double] = []
    for tab in Tab.allCases {
      state.place.tab = tab
      times.append(
        medianSeconds(repeats: 20) { _ = ExplorerView(state: state).frame(size: size).canvas })
    }
    let slowest = (times.max() ?? .nan) * 1000
    return Measurement(
      "screen composition", slowest, "ms",
      detail: "the slowest of \(times.count) screens at \(size.columns)×\(size.rows)",
      share: slowest / (1000 / 60), of: "a frame at 60 Hz")
  }
}
