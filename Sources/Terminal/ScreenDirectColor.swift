import Foundation

/// A description of the user's terminal with 24-bit colours added.
///
/// Terminals that show them seldom have a terminal description that says so, and ncurses draws what
/// the description says. One is compiled by `tic` on first use and kept in the cache folder.
struct DirectColorDescription {
  let name: String
  /// A path, as ncurses wants it.
  var directory: String { folder.path }
  private let folder: URL

  /// - Returns: nil where no description can be made; 256 colours do then.
  init?(term: String, environment: [String: String]) {
    // The name becomes part of a path and of the source text.
    let allowed = term.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x2B
    }
    guard allowed, !term.isEmpty, let cache = Self.cacheFolder(environment) else { return nil }
    name = "spinscope-\(term)"
    folder = cache.appendingPathComponent("spinscope/terminfo")
    guard isCompiled || compile(term: term) else { return nil }
  }

  private static func cacheFolder(_ environment: [String: String]) -> URL? {
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      return URL(fileURLWithPath: cache)
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return URL(fileURLWithPath: home).appendingPathComponent(".cache")
  }

  private var isCompiled: Bool {
    // Systems that do not tell upper from lower case name the folder by the letter's code.
    ["s", "73"].contains { letter in
      let file = folder.appendingPathComponent(letter).appendingPathComponent(name)
      return FileManager.default.fileExists(atPath: file.path)
    }
  }

  private func compile(term: String) -> Bool {
    let source = folder.appendingPathComponent("\(name).ti")
    let manager = FileManager.default
    do {
      try manager.createDirectory(at: folder, withIntermediateDirectories: true)
      try Self.source(name: name, term: term).write(to: source, atomically: true, encoding: .utf8)
      let tic = Process()
      tic.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      tic.arguments = ["tic", "-x", "-o", directory, source.path]
      tic.standardInput = FileHandle.nullDevice
      tic.standardOutput = FileHandle.nullDevice
      tic.standardError = FileHandle.nullDevice
      try tic.run()
      tic.waitUntilExit()
      return tic.terminationStatus == 0 && isCompiled
    } catch {
      return false
    }
  }

  /// Colours 0 to 7 stay the user's own; others are 24-bit values, written with semicolons, which
  /// more terminals understand than the standard's colons.
  static func source(name: String, term: String) -> String {
    func set(_ digit: Int) -> String {
      #"\E[%?%p1%{8}%<%t\#(digit)%p1%d%e\#(digit)8;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;"#
        + "%p1%{255}%&%d%;m"
    }
    return """
      \(name)|\(term) with 24-bit colours,
      \tRGB, ccc@, colors#0x1000000, pairs#0x10000, initc@, oc@,
      \top=\\E[39;49m, setaf=\(set(3)), setab=\(set(4)), setb@, setf@,
      \tuse=\(term),

      """
  }
}
