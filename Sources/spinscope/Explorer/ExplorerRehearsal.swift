import Foundation
import Probing
import Terminal

/// The explorer without a terminal: every effect is done before the next key.
///
/// Screenshots, the spoken explorer and tests play it.
struct ExplorerRehearsal {
  private(set) var state: ExplorerState
  private var work: EngineWork
  private let themes = ThemeSource()

  /// Loads the model, and explains the first sentence.
  init(_ state: ExplorerState, folder: URL) {
    self.state = state
    work = EngineWork(state.run, folder: folder)
    do throws(Failure) {
      work.explainer = try ExplorerEngine.explainer(for: state.run)
      perform(.modelReady)
    } catch {
      perform(.modelMissing(error.message))
    }
  }

  mutating func press(_ key: Key) {
    if let action = state.keymap.action(for: key, in: state) { perform(action) }
  }

  /// Does an action and all that follows from it; what only a terminal can do is left out.
  mutating func perform(_ action: ExplorerAction) {
    for effect in state.update(action) {
      switch effect {
      case .ask(let request, let ticket):
        if let answer = work.result(of: request, ticket) { perform(answer) }
      case .loadTheme(let name): perform(themes.action(loading: name))
      case .abandon, .copy, .export, .setMouse, .suspend, .repaint: break
      }
    }
  }
}
