import Foundation
import Terminal

/// The explorer for people who listen: lines in, sentences out; nothing is drawn over.
///
/// A line is a command behind `:`, or else keys as in the explorer; an empty line reads the data of
/// the screen.
struct SpokenExplorer {
  private var rehearsal: ExplorerRehearsal

  init(_ rehearsal: ExplorerRehearsal) { self.rehearsal = rehearsal }

  /// Answers lines until they end, or quit.
  mutating func run() throws(Failure) {
    try writeResult(
      "SpinScope. Type keys, such as 2 for the map or j for the next row, or : and a command; an "
        + "empty line reads the data; ? explains, ?? explains more; q quits.")
    try writeResult(spoken)
    while !rehearsal.state.isFinished, let line = readLine() {
      if line.isEmpty {
        try writeResult(data)
      } else if line == "?" || line == "??" {
        let view = rehearsal.state.place.tab.view.init(state: rehearsal.state)
        try writeResult(line == "?" ? view.brief : view.meaning)
      } else {
        do throws(KeyNotationError) {
          let keys =
            line.hasPrefix(":")
            ? [.character(":"), .paste(String(line.dropFirst())), .enter]
            : try KeyNotation.parse(line)
          for key in keys { rehearsal.press(key) }
        } catch {
          try writeResult(error.description)
          continue
        }
        try writeResult(spoken)
      }
    }
  }

  /// Where one is and what is there.
  private var spoken: String {
    let state = rehearsal.state
    let view = state.place.tab.view.init(state: state)
    return [tour, state.notice, "\(state.place.tab.title), \(state.address).", view.summary]
      .compactMap { $0 }.joined(separator: " ")
  }

  /// The step of the tour and its key; nil outside it.
  private var tour: String? {
    let state = rehearsal.state
    guard let step = state.tourStep else { return nil }
    let text = TourFacts(state).sentences(step, isDone: state.tour.isDone).map(\.text)
    let keys = state.tour.isDone ? nil : state.tourEntry.map { KeyNotation.print($0.keys) }
    let next = keys.map { "Type \($0.prefix(1)), or <Space> to go on." } ?? "<Space> goes on."
    return (["Tour \(state.tour.position): \(step.title)."] + text + [next])
      .joined(separator: " ") + "\n"
  }

  /// The screen's table, a row a line, each number behind its name.
  private var data: String {
    let table = rehearsal.state.place.tab.view.init(state: rehearsal.state).table
    let rows = table.rows.prefix(40).map { row in
      zip(table.columns, row).map { "\($0) \($1)" }.joined(separator: ", ") + "."
    }
    let rest = table.rows.count - rows.count
    return (rows + (rest > 0 ? ["And \(grouped(rest)) more."] : [])).joined(separator: "\n")
  }
}
