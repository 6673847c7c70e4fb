public import Foundation

/// Why a theme cannot be used.
public enum ThemeError: Error, Equatable, CustomStringConvertible {
  case unreadable(TomlError)
  case notFound(name: String, available: [String])
  /// Themes that inherit from each other in a circle.
  case cycle([String])

  public var description: String {
    switch self {
    case .unreadable(let error): "theme \(error)"
    case .notFound(let name, let available):
      "there is no theme “\(sanitized(name))”; write a file that ends in .toml, or one of "
        + available.map { sanitized($0) }.joined(separator: ", ")
    case .cycle(let names):
      "themes inherit in a circle: \(names.map { sanitized($0) }.joined(separator: " → "))"
        + "; remove one “inherits”"
    }
  }
}

/// A theme with what was not understood of its file.
public struct LoadedTheme: Sendable {
  public var theme: Theme
  /// One line each, with the key; the theme holds without them.
  public var warnings: [String]
  /// Roles that neither the theme nor its parents set.
  public var missing: [String]

  /// What makes the theme hard to read; see `ThemeLint`.
  public var findings: [ThemeFinding] {
    missing.map {
      ThemeFinding(
        place: $0, problem: "not set, neither here nor in a parent",
        suggestion: "set it, or inherit from a theme that does")
    } + ThemeLint(theme).findings
  }
}

/// Where themes are looked for: in folders, first folder first, then among those compiled in.
public struct ThemeLibrary: Sendable {
  public var directories: [URL]

  public init(directories: [URL]) { self.directories = directories }

  /// The user's own themes, then those that were installed for the user and for everybody
  /// (XDG base directories).
  public init(environment: [String: String]) {
    func folder(_ variable: String, or inHome: String) -> [String] {
      if let path = environment[variable], path.hasPrefix("/") { return [path] }
      guard let home = environment["HOME"], home.hasPrefix("/") else { return [] }
      return ["\(home)/\(inHome)"]
    }
    let shared = environment["XDG_DATA_DIRS"].flatMap { $0.isEmpty ? nil : $0 }
    let everybody = (shared ?? "/usr/local/share:/usr/share").split(separator: ":")
      .filter { $0.hasPrefix("/") }.map(String.init)
    let all =
      folder("XDG_CONFIG_HOME", or: ".config") + folder("XDG_DATA_HOME", or: ".local/share")
      + everybody
    directories = all.map {
      URL(fileURLWithPath: $0).appendingPathComponent("spinscope/themes")
    }
  }

  /// The names of all themes that can be loaded, sorted.
  public var names: [String] {
    var names = Set(ThemeShipped.files.keys)
    for directory in directories {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
      for file in files where file.hasSuffix(".toml") { names.insert(String(file.dropLast(5))) }
    }
    return names.sorted()
  }

  /// The theme to take where none is asked for.
  ///
  /// `ground`: what the terminal has for a background; nil if nobody knows.
  public static func suited(to depth: ColorDepth, ground: Theme.Variant?) -> String {
    switch depth {
    case .mono: "mono"
    case .ansi16: ground == .light ? "ansi16-light" : "ansi16-dark"
    case .ansi256, .direct: ground == .light ? "default-light" : "default-dark"
    }
  }

  /// Whether a theme of this name can be found.
  public func has(_ name: String) -> Bool {
    url(of: name) != nil || ThemeShipped.files[name] != nil
  }

  /// Loads a theme by its name, or from a path that ends in `.toml`.
  public func load(_ name: String) throws(ThemeError) -> LoadedTheme {
    var warnings: [String] = []
    let document = try document(name, inheritors: [], warnings: &warnings)
    let resolver = ThemeResolver(document: document)
    return LoadedTheme(
      theme: resolver.theme, warnings: warnings + resolver.warnings, missing: resolver.missing)
  }

  private func document(
    _ name: String, inheritors: [String], warnings: inout [String]
  ) throws(ThemeError) -> ThemeDocument {
    if inheritors.contains(name) { throw .cycle(inheritors + [name]) }
    let reader = try read(name)
    warnings += reader.warnings.map { "\(reader.document.id).toml: \($0)" }
    guard let parent = reader.document.inherits else { return reader.document }
    return reader.document.merged(
      over: try document(parent, inheritors: inheritors + [name], warnings: &warnings))
  }

  private func read(_ name: String) throws(ThemeError) -> ThemeReader {
    let url = url(of: name)
    var reader = ThemeReader(id: url?.deletingPathExtension().lastPathComponent ?? name)
    do throws(TomlError) {
      if let url {
        reader.read(try Toml.read(url))
        return reader
      }
      if try reader.read(shipped: name) { return reader }
    } catch {
      throw .unreadable(error)
    }
    throw .notFound(name: name, available: names)
  }

  private func url(of name: String) -> URL? {
    if name.hasSuffix(".toml") { return URL(fileURLWithPath: name) }
    // A name is not a way out of the theme directories.
    guard !name.contains("/"), name != "..", !name.isEmpty else { return nil }
    return directories.map { $0.appendingPathComponent("\(name).toml") }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }
}
