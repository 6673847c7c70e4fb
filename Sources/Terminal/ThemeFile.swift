public import Foundation

/// Why a theme cannot be used.
public enum ThemeError: Error, Equatable, CustomStringConvertible {
  case unreadable(TomlError)
  case notFound(name: String, searched: [String], available: [String])
  /// Themes that inherit from each other in a circle.
  case cycle([String])

  public var description: String {
    switch self {
    case .unreadable(let error): "theme \(error)"
    case .notFound(let name, let searched, let available):
      "there is no theme “\(sanitized(name))” in \(searched.joined(separator: ", ")); available: "
        + (["default-dark"] + available).sorted().joined(separator: ", ")
    case .cycle(let names):
      "themes inherit in a circle: \(names.joined(separator: " → ")); remove one “inherits”"
    }
  }
}

/// A theme with what was not understood of its file.
public struct LoadedTheme: Sendable {
  public var theme: Theme
  /// One line each, with the key; the theme holds without them.
  public var warnings: [String]
}

/// Where themes are looked for, first directory first.
public struct ThemeLibrary: Sendable {
  public var directories: [URL]

  public init(directories: [URL]) { self.directories = directories }

  /// The user's themes, those installed beside the executable, and the `themes` folder of a parent
  /// of the executable.
  public init(environment: [String: String], executable: URL) {
    let manager = FileManager.default
    var found: [URL] = []
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") {
      found.append(URL(fileURLWithPath: config).appendingPathComponent("spinscope/themes"))
    } else if let home = environment["HOME"], !home.isEmpty {
      found.append(URL(fileURLWithPath: home).appendingPathComponent(".config/spinscope/themes"))
    }
    var folder = executable.resolvingSymlinksInPath().deletingLastPathComponent()
    found.append(
      folder.deletingLastPathComponent().appendingPathComponent("share/spinscope/themes"))
    while folder.pathComponents.count > 1 {
      let themes = folder.appendingPathComponent("themes")
      if manager.fileExists(atPath: themes.appendingPathComponent("default-dark.toml").path) {
        found.append(themes)
        break
      }
      folder.deleteLastPathComponent()
    }
    directories = found
  }

  /// The ids of all themes that can be found, sorted; `default-dark` is always there.
  public var names: [String] {
    var names: Set = ["default-dark"]
    for directory in directories {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
      for file in files where file.hasSuffix(".toml") { names.insert(String(file.dropLast(5))) }
    }
    return names.sorted()
  }

  /// Loads a theme by its id, or from a path that ends in `.toml`.
  public func load(_ name: String) throws(ThemeError) -> LoadedTheme {
    var warnings: [String] = []
    let document = try document(name, inheritors: [], warnings: &warnings)
    let resolver = ThemeResolver(document: document)
    return LoadedTheme(theme: resolver.theme, warnings: warnings + resolver.warnings)
  }

  private func document(
    _ name: String, inheritors: [String], warnings: inout [String]
  ) throws(ThemeError) -> ThemeDocument {
    if inheritors.contains(name) { throw .cycle(inheritors + [name]) }
    let document: ThemeDocument
    if let url = url(of: name) {
      var reader = ThemeReader(id: url.deletingPathExtension().lastPathComponent)
      do {
        reader.read(try Toml.read(url))
      } catch {
        throw .unreadable(error)
      }
      warnings += reader.warnings.map { "\(url.lastPathComponent): \($0)" }
      document = reader.document
    } else if name == "default-dark" {
      document = .defaultDark
    } else {
      throw .notFound(name: name, searched: directories.map(\.path), available: names)
    }
    guard let parent = document.inherits else { return document }
    return document.merged(
      over: try self.document(parent, inheritors: inheritors + [name], warnings: &warnings))
  }

  private func url(of name: String) -> URL? {
    if name.hasSuffix(".toml") { return URL(fileURLWithPath: name) }
    // A name is not a way out of the theme directories.
    guard !name.contains("/"), name != "..", !name.isEmpty else { return nil }
    return directories.map { $0.appendingPathComponent("\(name).toml") }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }
}

/// Reads the tables of a theme file; what it does not know becomes a warning.
struct ThemeReader {
  private(set) var document: ThemeDocument
  private(set) var warnings: [String] = []

  init(id: String) { document = ThemeDocument(id: id) }

  mutating func read(_ root: [String: Toml]) {
    for (key, value) in root.sorted(by: { $0.key < $1.key }) {
      switch (key, value) {
      case ("schema", .integer(let version)):
        if version > 1 {
          warnings.append("schema: \(version) is newer than 1; reading what is known")
        }
      case ("name", .string(let text)): document.name = text
      case ("inherits", .string(let text)): document.inherits = text
      case ("author", .string), ("license", .string): break
      case ("variant", .string(let text)): readVariant(text)
      case ("palette", .table(let table)): document.palette = strings(table, in: "palette")
      case ("base", .table(let table)): readBase(table)
      case ("roles", .table(let table)): readRoles(table, prefix: "")
      case ("ramps", .table(let table)): readRamps(table)
      case ("glyphs", .table(let table)): readGlyphs(table)
      default: warnings.append("\(sanitized(key)): unknown key or wrong type; ignored")
      }
    }
  }

  private mutating func readVariant(_ text: String) {
    document.variant = Theme.Variant(rawValue: text)
    if document.variant == nil {
      warnings.append("variant: “\(sanitized(text))” is not dark, light or any")
    }
  }

  private mutating func strings(_ table: [String: Toml], in place: String) -> [String: String] {
    var result: [String: String] = [:]
    for (key, value) in table.sorted(by: { $0.key < $1.key }) {
      if let text = value.string {
        result[key] = text
      } else {
        warnings.append("\(place).\(sanitized(key)): must be a string; ignored")
      }
    }
    return result
  }

  private mutating func readBase(_ table: [String: Toml]) {
    document.base = strings(table, in: "base")
    for name in document.base.keys.sorted() where !ThemeDocument.baseNames.contains(name) {
      warnings.append("base.\(sanitized(name)): unknown key; ignored")
    }
  }

  /// Dotted roles may be written quoted, or unquoted as tables in tables.
  private mutating func readRoles(_ table: [String: Toml], prefix: String) {
    for (key, value) in table.sorted(by: { $0.key < $1.key }) {
      let name = prefix + key
      switch value {
      case .string(let text): document.roles[name] = ThemeDocument.Role(reference: text)
      case .table(let fields) where fields.keys.contains(where: Self.roleFields.contains):
        document.roles[name] = role(fields, name: name)
      case .table(let inner): readRoles(inner, prefix: name + ".")
      default: warnings.append("roles.\"\(sanitized(name))\": must be a string or a table; ignored")
      }
      if document.roles[name] != nil, !Self.isKnown(name) {
        warnings.append("roles.\"\(sanitized(name))\": no part of the screen has this role")
      }
    }
  }

  private static let roleFields = ["fg", "bg", "bold", "dim", "underline", "reverse", "italic"]

  /// Classes and lines may have any number.
  private static func isKnown(_ name: String) -> Bool {
    ThemeDocument.standardRoles[name] != nil || name.hasPrefix("class.")
      || name.hasPrefix("chart.line.")
  }

  private mutating func role(_ fields: [String: Toml], name: String) -> ThemeDocument.Role {
    var role = ThemeDocument.Role()
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      switch (key, value) {
      case ("fg", .string(let text)): role.foreground = text
      case ("bg", .string(let text)): role.background = text
      case ("bold", .boolean(let on)): role.bold = on
      case ("dim", .boolean(let on)): role.dim = on
      case ("underline", .boolean(let on)): role.underline = on
      case ("reverse", .boolean(let on)): role.reverse = on
      case ("italic", .boolean(let on)): role.italic = on
      default:
        warnings.append("roles.\"\(sanitized(name))\".\(sanitized(key)): unknown key or wrong type")
      }
    }
    return role
  }

  private mutating func readGlyphs(_ table: [String: Toml]) {
    for (key, value) in table.sorted(by: { $0.key < $1.key }) {
      if key == "set", let text = value.string, text == "auto" || GlyphSet(rawValue: text) != nil {
        document.glyphs = GlyphSet(rawValue: text)
      } else {
        warnings.append("glyphs.\(sanitized(key)): unknown key or value; ignored")
      }
    }
  }

  private mutating func readRamps(_ table: [String: Toml]) {
    for (name, value) in table.sorted(by: { $0.key < $1.key }) {
      guard let fields = value.table else {
        warnings.append("ramps.\(sanitized(name)): must be a table; ignored")
        continue
      }
      document.ramps[name] = rampSpec(fields, name: name)
      if !ThemeDocument.rampNames.contains(name) {
        warnings.append("ramps.\(sanitized(name)): no picture uses this ramp")
      }
    }
  }

  private mutating func rampSpec(
    _ fields: [String: Toml], name: String
  ) -> ThemeDocument.RampSpec {
    var spec = ThemeDocument.RampSpec()
    spec.diverging = fields["negative"] != nil || fields["positive"] != nil
    if spec.diverging {
      spec.stops = ["negative", "centre", "positive"].flatMap { colors(fields[$0]) }
    }
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      switch key {
      case "map" where value.string != nil: spec.map = value.string
      case "stops": spec.stops = colors(value)
      case "negative", "centre", "positive": break
      case "c256":
        spec.palette = (value.array ?? []).compactMap { $0.integer.flatMap(UInt8.init(exactly:)) }
      case "c16": spec.ansi = colors(value)
      default:
        warnings.append("ramps.\(sanitized(name)).\(sanitized(key)): unknown key or wrong type")
      }
    }
    return spec
  }

  private func colors(_ value: Toml?) -> [String] {
    value?.string.map { [$0] } ?? value?.array?.compactMap(\.string) ?? []
  }
}
