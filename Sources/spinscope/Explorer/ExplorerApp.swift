import Foundation
import Probing
import Terminal

/// The loop that joins state, view, engine and terminal.
@MainActor
struct ExplorerApp: ~Copyable {
  private var screen: Screen
  private var state: ExplorerState
  private var frame: ExplorerFrame
  private let engine: ExplorerEngine

  /// Takes over the terminal.
  ///
  /// - Throws: `Failure` with exit code 3 if the terminal cannot be used.
  init(_ run: Run, folder: URL, theme: Theme) throws(Failure) {
    do {
      screen = try Screen(environment: ProcessInfo.processInfo.environment)
    } catch {
      throw Failure(.terminal, error.description)
    }
    var theme = theme
    theme.depth = screen.depth
    state = ExplorerState(RunIndex(run), theme: theme)
    frame = ExplorerView(state: state).frame(size: screen.size)
    let waker = screen.waker
    engine = ExplorerEngine { waker.wake() }
    engine.load(run, folder: folder)
  }

  /// Runs until the user quits.
  ///
  /// - Returns: the signal that ended it; nil for quitting.
  mutating func run() -> Int32? {
    draw()
    while true {
      switch screen.nextEvent() {
      case .key(.mouse(let event)): if let action = frame.action(for: event) { apply(action) }
      case .key(let key):
        if let action = ActionTable.action(for: key, in: state) { apply(action) }
      case .wake: for answer in engine.answers() { apply(answer) }
      case .resize: break
      case .signal(let signal): return signal
      case .idle: continue
      }
      if state.isFinished { return nil }
      draw()
    }
  }

  private mutating func apply(_ action: ExplorerAction) {
    for effect in state.update(action) {
      switch effect {
      case .ask(let request, let ticket): engine.ask(request, ticket)
      case .abandon(let ticket): engine.abandon(ticket)
      case .suspend: screen.suspend()
      case .repaint: screen.repaint()
      }
    }
  }

  private mutating func draw() {
    frame = ExplorerView(state: state).frame(size: screen.size)
    screen.draw(frame.canvas, cursor: frame.cursor)
  }
}
