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
  private let themes = ThemeSource()
  private var look: Look
  /// Since when the picture is not that of the state; nil while it is.
  private var behindSince: ContinuousClock.Instant?

  /// Takes over the terminal.
  ///
  /// - Throws: `Failure` with exit code 3 if the terminal cannot be used.
  init(_ state: ExplorerState, folder: URL, look: Look) throws(Failure) {
    do {
      screen = try Screen(
        depth: look.depth, mouse: state.hasMouse,
        environment: ProcessInfo.processInfo.environment)
    } catch {
      throw Failure(.terminal, error.description)
    }
    self.look = look
    self.state = state
    let ground = look.named == nil ? screen.askGround() : nil
    self.state.theme = look.theme(depth: screen.depth, ground: ground)
    frame = ExplorerView(state: self.state).frame(size: screen.size)
    let waker = screen.waker
    engine = ExplorerEngine { waker.wake() }
    engine.load(state.run, folder: folder)
  }

  /// How it ended: the last state, and the signal if one came; nil for quitting.
  struct End: Sendable {
    var state: ExplorerState
    var signal: Int32?
  }

  /// How long keys that come faster than pictures may go without one.
  private static let longestBehind = Duration.milliseconds(30)

  /// Runs until the user quits or a signal comes.
  ///
  /// Keys that wait already are all applied before the next picture, so that a held key or a long
  /// paste does not go on when it has ended.
  mutating func run() -> End {
    draw()
    while true {
      let pause = behindSince == nil ? (state.tour.isMoving ? 33 : nil) : 0
      switch screen.nextEvent(timeoutMilliseconds: pause) {
      case .key(.mouse(let event)):
        // It was aimed at what is on the screen.
        if let action = frame.action(for: event) { apply(action) }
      case .key(let key):
        if let action = state.keymap.action(for: key, in: state) { apply(action) }
      case .wake: for answer in engine.answers() { apply(answer) }
      case .ground(let ground): state.theme = look.theme(depth: screen.depth, ground: ground)
      case .resize: break
      case .signal(let signal): return End(state: state, signal: signal)
      case .idle where behindSince != nil:
        draw()
        continue
      case .idle:
        guard state.tour.isMoving else { continue }
        apply(.tour(.tick))
      }
      if state.isFinished { return End(state: state) }
      let since = behindSince ?? .now
      behindSince = since
      if ContinuousClock.now - since > Self.longestBehind { draw() }
    }
  }

  private mutating func apply(_ action: ExplorerAction) {
    for effect in state.update(action) {
      switch effect {
      case .ask(let request, let ticket): engine.ask(request, ticket)
      case .abandon(let ticket): engine.abandon(ticket)
      case .loadTheme(let name):
        apply(themes.action(loading: name))
        // From now on it is a choice, which the terminal's background does not overrule.
        look.named = state.theme
      case .export(let format):
        let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        apply(.noted(format.write(state, size: screen.size, to: folder)))
      case .copy(let text): screen.copy(text)
      case .setMouse(let on): screen.setMouse(on)
      case .suspend: screen.suspend()
      case .repaint: screen.repaint()
      }
    }
  }

  private mutating func draw() {
    frame = ExplorerView(state: state).frame(size: screen.size)
    screen.draw(frame.canvas, cursor: frame.cursor)
    behindSince = nil
  }
}
