import Terminal

/// Where the explorer's themes come from.
struct ThemeSource {
  private let library = LookOptions.library

  /// All that can be chosen.
  var names: [String] { library.names }

  /// What loading a theme leads to: the theme, or a line that says why not.
  func action(loading name: String) -> ExplorerAction {
    do {
      return .themeLoaded(try library.load(name).theme)
    } catch {
      return .noted(error.description)
    }
  }
}
