import Foundation
import Terminal

/// The user's settings, `config.toml` and `keymap.toml` of the XDG configuration folder.
///
/// Neither file is ever written by SpinScope, and a mistake in one disables itself alone.
struct Settings: Sendable {
  var theme: String?
  var mouse = true
  var motion = true
  var keymap = Keymap.standard
  /// What was not understood, a line each.
  var warnings: [String] = []

  init(environment: [String: String]) {
    guard let folder = xdgFolder("XDG_CONFIG_HOME", ".config", environment) else { return }
    for (key, value) in read("config.toml", folder).sorted(by: { $0.key < $1.key }) {
      switch (key, value) {
      case ("theme", .string(let name)): theme = name
      case ("mouse", .boolean(let on)): mouse = on
      case ("motion", .boolean(let on)): motion = on
      default: warnings.append("config.toml: \(shown(key)): unknown key or wrong type; ignored")
      }
    }
    let keys = read("keymap.toml", folder)
    guard !keys.isEmpty else { return }
    keymap = Keymap(keys)
    warnings += keymap.warnings.map { "keymap.toml: \($0)" }
  }

  private mutating func read(_ name: String, _ folder: URL) -> [String: Toml] {
    let file = folder.appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: file.path) else { return [:] }
    do {
      return try Toml.read(file)
    } catch {
      warnings.append(error.description)
      return [:]
    }
  }
}

/// `spinscope`'s folder of a kind of files: what the variable says, else `fallback` below the home.
func xdgFolder(_ variable: String, _ fallback: String, _ environment: [String: String]) -> URL? {
  if let path = environment[variable], path.hasPrefix("/") {
    return URL(fileURLWithPath: path).appendingPathComponent("spinscope")
  }
  guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
  return URL(fileURLWithPath: home).appendingPathComponent(fallback)
    .appendingPathComponent("spinscope")
}
