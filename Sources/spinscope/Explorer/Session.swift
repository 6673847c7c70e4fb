import Foundation
import Probing

/// Where a run was left, in the XDG state folder: never in the run.
struct Session: Sendable, Codable, Equatable {
  var place: Place
  var look: Lens
  /// The step of the tour that was shown last; nil where it was not begun, or is over.
  var tour: Int?
  /// What was typed, oldest first.
  var sentences: [String]?

  /// The file of a run, by its texts and its model.
  private static func file(_ run: Run, _ environment: [String: String]) -> URL? {
    let name = "\(run.info.data.sha256.prefix(16))-\(run.info.model.sha256.prefix(16))"
    return xdgFolder("XDG_STATE_HOME", ".local/state", environment)?
      .appendingPathComponent("sessions/\(name).session")
  }

  /// What was left there; nil where nothing was, or what is there cannot be read.
  static func load(_ run: Run, environment: [String: String]) -> Session? {
    guard let file = file(run, environment), let data = try? Data(contentsOf: file) else {
      return nil
    }
    return Session(kept: data)
  }

  /// Writes it whole or not at all; where it cannot, the next start begins afresh.
  func save(_ run: Run, environment: [String: String]) {
    guard let file = Self.file(run, environment), let data = kept else {
      return
    }
    let folder = file.deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try? data.write(to: file, options: .atomic)
  }
}

extension Session {
  /// Reads what `kept` gives; nil if a byte of it is another.
  init?(kept data: Data) {
    let parts = data.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
    guard parts.count == 2, Array(parts[0]) == Array(SHA256.of(Array(parts[1])).utf8),
      let session = try? JSONDecoder().decode(Session.self, from: parts[1])
    else { return nil }
    self = session
  }

  /// The session as JSON, behind a line with its SHA-256.
  var kept: Data? {
    (try? JSONEncoder().encode(self)).map { Data("\(SHA256.of(Array($0)))\n".utf8) + $0 }
  }
}
