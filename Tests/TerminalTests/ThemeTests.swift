import Foundation
import Testing

@testable import Terminal

struct ThemeTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("themes")
  private let library = ThemeLibrary(directories: [folder])

  @Test func `the compiled-in theme is the one in the file`() throws {
    let loaded = try library.load("default-dark")
    #expect(loaded.warnings == [])
    #expect(loaded.theme == Theme.builtIn)
  }

  @Test(arguments: ["default-dark", "default-light", "mono", "ansi16", "cvd"])
  func `shipped themes load without warnings and have every role`(_ name: String) throws {
    let loaded = try library.load(name)
    #expect(loaded.warnings == [])
    for role in Theme.roles { _ = loaded.theme[role] }
    #expect(loaded.theme.ramp("signed").isDiverging)
    #expect(!loaded.theme.ramp("salience").isDiverging)
    let selection = loaded.theme["selection"]
    #expect(selection.reverse)
    #expect(loaded.theme["text"].foreground == loaded.theme.base.foreground)
  }

  @Test(arguments: ["default-dark", "default-light", "cvd"])
  func `text can be read on its background`(_ name: String) throws {
    let theme = try library.load(name).theme
    let dark = theme.variant == .dark
    let page = RGB(hex: dark ? 0x10_1216 : 0xFB_FBFA)
    for role in ["text", "title", "status", "hint.key", "token.positive", "token.negative", "bad"] {
      #expect(contrast(theme[role], page: page) >= 4.5, "\(role)")
    }
    for role in ["text.dim", "axis", "hint.label"] {
      #expect(contrast(theme[role], page: page) >= 3, "\(role)")
    }
  }

  /// The ratio of luminances as WCAG 2 defines it.
  private func contrast(_ style: Style, page: RGB) -> Double {
    func luminance(_ color: Color) -> Double {
      let rgb: RGB
      if case .rgb(let r, let g, let b) = color { rgb = RGB(r, g, b) } else { rgb = page }
      let light = rgb.linear
      return 0.2126 * light.x + 0.7152 * light.y + 0.0722 * light.z + 0.05
    }
    let (a, b) = (luminance(style.foreground), luminance(style.background))
    return max(a, b) / min(a, b)
  }

  @Test(arguments: ["default-dark", "default-light", "cvd"])
  func `opposites stay apart for colour-blind readers`(_ name: String) throws {
    let theme = try library.load(name).theme
    let ramp = theme.ramp("signed")
    for (a, b) in [
      (theme["token.positive"].foreground, theme["token.negative"].foreground),
      (theme["neuron.positive"].foreground, theme["neuron.negative"].foreground),
      (theme["class.0"].foreground, theme["class.1"].foreground),
      (theme.base.good, theme.base.bad), (ramp.color(-1), ramp.color(1)),
    ] {
      for (kind, matrix) in Self.blindness {
        let distance = seen(a, matrix).squaredDistance(to: seen(b, matrix)).squareRoot()
        #expect(distance >= 25, "\(a) and \(b), \(kind)")
      }
    }
  }

  private func seen(_ color: Color, _ matrix: [SIMD3<Double>]) -> CIELab {
    guard case .rgb(let r, let g, let b) = color else { return CIELab(RGB(0, 0, 0)) }
    let light = RGB(r, g, b).linear
    return CIELab(
      RGB(
        linear: SIMD3(
          (matrix[0] * light).sum(), (matrix[1] * light).sum(), (matrix[2] * light).sum())))
  }

  // Machado, Oliveira and Fernandes 2009, severity 1, rows of a matrix on linear light.
  private static let blindness: [(String, [SIMD3<Double>])] = [
    (
      "protan",
      [
        SIMD3(0.152286, 1.052583, -0.204868), SIMD3(0.114503, 0.786281, 0.099216),
        SIMD3(-0.003882, -0.048116, 1.051998),
      ]
    ),
    (
      "deutan",
      [
        SIMD3(0.367322, 0.860646, -0.227968), SIMD3(0.280085, 0.672501, 0.047413),
        SIMD3(-0.011820, 0.042940, 0.968881),
      ]
    ),
    (
      "tritan",
      [
        SIMD3(1.255528, -0.076749, -0.178779), SIMD3(-0.078411, 0.930809, 0.147602),
        SIMD3(0.004733, 0.691367, 0.303900),
      ]
    ),
  ]

  @Test func `a missing role is its parent's, then the built-in one, then plain text`() throws {
    let loaded = try load(
      """
      [base]
      foreground = "#ffffff"
      accent = "#00ff00"
      [roles]
      "text" = { fg = "#111111", bold = true }
      "bar" = "accent"
      """)
    let theme = loaded.theme
    #expect(theme["text.dim"].foreground == .rgb(0x11, 0x11, 0x11))
    #expect(theme["bar.best"].foreground == .rgb(0, 255, 0))
    #expect(theme["selection"].reverse)
    #expect(theme["hint.key"].foreground == .rgb(0, 255, 0) && theme["hint.key"].bold)
    #expect(theme["class.7"].foreground == .rgb(255, 255, 255))
    #expect(theme["no.such.role"] == Style(foreground: .rgb(255, 255, 255)))
    #expect(loaded.warnings == [])
  }

  @Test func `what is not understood is a warning with its key`() throws {
    let loaded = try load(
      """
      schema = 2
      colour = "red"
      [base]
      primary = "#fff"
      accent = "nope"
      [roles]
      "text" = { fg = "nowhere", blink = true }
      "textt" = "accent"
      [ramps]
      signed = { map = "rainbow" }
      """)
    for key in [
      "schema", "colour", "base.primary", "base.accent", "nowhere", "blink", "textt", "rainbow",
    ] {
      #expect(loaded.warnings.contains { $0.contains(key) }, "\(key)")
    }
    #expect(loaded.theme.ramp("signed").isDiverging)
  }

  @Test func `a child changes its parent's palette`() throws {
    let parent = try library.load("default-dark").theme
    let child = try load("inherits = \"default-dark\"\n[palette]\nsky = \"#ff0000\"\n").theme
    #expect(child["border.focus"].foreground == .rgb(255, 0, 0))
    #expect(child["border"] == parent["border"])
    #expect(child.variant == .dark)
  }

  @Test func `circles and missing themes are errors`() throws {
    #expect(throws: ThemeError.self) { try load("inherits = \"theme\"\n") }
    #expect(throws: ThemeError.self) { try load("inherits = \"nobody\"\n") }
    #expect(throws: ThemeError.self) { try load("= 3") }
    let error = #expect(throws: ThemeError.self) { try library.load("../etc/passwd") }
    #expect(error?.description.contains("available: ansi16, cvd, default-dark") == true)
  }

  @Test func `roles in a circle end`() throws {
    let theme = try load("[roles]\n\"text\" = \"title\"\n\"title\" = \"text\"\n").theme
    #expect(theme["text"] == Style())
  }

  @Test func `colours are read in every notation`() {
    #expect(Color(notation: "#fff") == .rgb(255, 255, 255))
    #expect(Color(notation: "#0a0B0c") == .rgb(10, 11, 12))
    #expect(Color(notation: "256:67") == .palette(67))
    #expect(Color(notation: "ansi:blue") == .palette(4))
    #expect(Color(notation: "ansi:bright-black") == .palette(8))
    #expect(Color(notation: "default") == .terminal)
    for bad in ["", "#", "#ff", "#gggggg", "256:256", "256:-1", "ansi:pink", "red", "#+12"] {
      #expect(Color(notation: bad) == nil, "\(bad)")
    }
  }

  @Test func `directories are searched in order`() {
    let library = ThemeLibrary(
      environment: ["XDG_CONFIG_HOME": "/c"],
      executable: Self.folder.deletingLastPathComponent().appendingPathComponent("a/b/program"))
    let paths = library.directories.map(\.path)
    #expect(paths.first == "/c/spinscope/themes")
    #expect(paths.count == 3 && paths[1].hasSuffix("a/share/spinscope/themes"))
    #expect(paths.last == Self.folder.path)
  }

  private func load(_ text: String) throws -> LoadedTheme {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("spinscope-theme-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder.appendingPathComponent("theme.toml"))
    return try ThemeLibrary(directories: [folder]).load("theme")
  }
}
