import ArgumentParser
import Foundation
import Terminal

/// How screens look, as the command line says.
struct LookOptions: ParsableArguments {
  enum Colors: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
    case ansi16 = "16"
    case ansi256 = "256"

    /// Nil leaves it to the environment and the terminal.
    var depth: ColorDepth? {
      switch self {
      case .auto: nil
      case .always: .direct
      case .never: .mono
      case .ansi16: .ansi16
      case .ansi256: .ansi256
      }
    }
  }

  @Option(
    name: .customLong("theme"),
    help: """
      A theme's name or file; $SPINSCOPE_THEME is the default. Without one, what suits the \
      terminal's colours and background.
      """)
  var themeName: String?

  @Option(name: .customLong("color"), help: "How many colours: auto, always, 256, 16 or never.")
  var colors = Colors.auto

  @Flag(name: .customLong("ascii"), help: "Draw with ASCII characters only.")
  var isASCII = false

  /// Where themes are found by name.
  static var library: ThemeLibrary {
    ThemeLibrary(environment: ProcessInfo.processInfo.environment)
  }

  /// Reads the theme that is asked for here, in the environment, or by the settings.
  ///
  /// - Throws: `Failure` if there is none of that name, or it cannot be read.
  func look(settings: String? = nil) throws(Failure) -> Look {
    let environment = ProcessInfo.processInfo.environment
    let glyphs = isASCII ? .ascii : GlyphSet.detect(environment: environment)
    var look = Look(named: nil, depth: colors.depth, isASCII: glyphs == .ascii)
    let asked = themeName ?? environment["SPINSCOPE_THEME"].flatMap { $0.isEmpty ? nil : $0 }
    guard let name = asked ?? settings, !name.isEmpty else { return look }
    do {
      let loaded = try Self.library.load(name)
      for warning in loaded.warnings { standardError("spinscope: \(warning)") }
      look.named = loaded.theme
    } catch {
      throw Failure(.input, error.description)
    }
    return look
  }
}

/// How screens look, as far as it is known before there is a terminal.
struct Look {
  /// The theme that was asked for.
  var named: Theme?
  /// How many colours were asked for.
  var depth: ColorDepth?
  var isASCII: Bool

  /// The theme that was asked for, else the one that suits the terminal.
  func theme(depth: ColorDepth, ground: Theme.Variant?) -> Theme {
    let suited = ThemeLibrary.suited(to: depth, ground: ground)
    var theme = named ?? (try? LookOptions.library.load(suited).theme) ?? .builtIn
    theme.depth = depth
    if isASCII { theme.glyphs = .ascii }
    return theme
  }
}
