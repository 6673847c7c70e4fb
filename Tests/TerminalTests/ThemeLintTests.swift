import Testing

@testable import Terminal

struct ThemeLintTests {
  private static let library = ThemeLibrary(directories: [])

  @Test(arguments: library.names)
  func `shipped themes are understood and can be read`(_ name: String) throws {
    let loaded = try Self.library.load(name)
    #expect(loaded.warnings == [])
    #expect(loaded.findings.map(\.description) == [])
  }

  @Test(arguments: ["high-contrast-dark", "high-contrast-light"])
  func `themes of high contrast keep what they promise`(_ name: String) throws {
    let theme = try Self.library.load(name).theme
    #expect(ThemeLint(theme, bounds: .enhanced).findings.map(\.description) == [])
  }

  @Test(arguments: [
    ("[roles]\n\"text.dim\" = \"#565f89\"", "text.dim", "contrast of #565f89 and #1e1e1e is 2.69"),
    ("[roles]\n\"status\" = { fg = \"#808080\", bg = \"#808080\" }", "status", "is 1.00"),
    ("[palette]\nline = \"#27292b\"", "border", "1.25 needed"),
    ("[base]\ngood = \"#7ec850\"\nbad = \"#e0883c\"", "good and bad", "deuteranopia"),
    ("[roles]\n\"selection\" = \"accent\"", "selection", "without colours"),
    ("[roles]\n\"chart.line.7\" = \"#57b4ea\"", "chart.line.1 and chart.line.7", "distance"),
    ("[ramps]\nsalience = { stops = [\"#000\", \"#fff\", \"#888\"] }", "ramps.salience", "step"),
    ("[ramps]\nsalience = { stops = [\"#456\", \"#789\"] }", "ramps.salience", "range"),
    (
      "[ramps]\nsalience = { stops = [\"#000\", \"#fff\"], c256 = [16, 255, 240] }",
      "ramps.salience", "256 colours"
    ),
    (
      "[ramps]\nsigned = { negative = [\"#9cf\"], centre = \"#fff\", positive = [\"#fc9\"] }",
      "ramps.signed", "centre and ground"
    ),
    (
      "[ramps]\nsigned = { negative = [\"#567\"], centre = \"#222\", positive = [\"#fed\"] }",
      "ramps.signed", "two ends"
    ),
  ])
  func `what is wrong is named with its figures`(_ text: String, _ place: String, _ part: String)
    throws
  {
    let findings = try load("inherits = \"default-dark\"\n\(text)").findings
    #expect(
      findings.contains { $0.place == place && $0.problem.contains(part) },
      "\(findings.map(\.description))")
  }

  @Test func `following every suggestion about contrast mends it`() throws {
    let broken = try load("inherits = \"default-dark\"\n[roles]\n\"text.dim\" = \"#565f89\"")
    let finding = try #require(broken.findings.first { $0.place == "text.dim" })
    let color = try #require(finding.suggestion.split(separator: " ").last)
    let mended = try load("inherits = \"default-dark\"\n[roles]\n\"text.dim\" = \"\(color)\"")
    #expect(!mended.findings.contains { $0.place == "text.dim" })
  }

  @Test func `roles that a theme leaves out are found`() throws {
    let alone = try load("[roles]\n\"text\" = \"default\"\n")
    #expect(alone.missing.contains("border") && !alone.missing.contains("text.dim"))
    #expect(alone.findings.contains { $0.place == "border" && $0.problem.contains("not set") })
  }

  private func load(_ text: String) throws -> LoadedTheme {
    var reader = ThemeReader(id: "theme")
    reader.read(try Toml.parse(text, file: "theme.toml"))
    var document = reader.document
    if document.inherits != nil { document = document.merged(over: .defaultDark) }
    let resolver = ThemeResolver(document: document)
    return LoadedTheme(
      theme: resolver.theme, warnings: resolver.warnings, missing: resolver.missing)
  }
}
