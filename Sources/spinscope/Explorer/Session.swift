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
      .appendingPathComponent("sessions/\(name).json")
  }

  /// What was left there; nil where nothing was, or what is there cannot be read.
  static func load(_ run: Run, environment: [String: String]) -> Session? {
    guard let file = file(run, environment), let data = try? Data(contentsOf: file) else {
      return nil
    }
    return try? JSONDecoder().decode(Session.self, from: data)
  }

  /// Writes it whole or not at all; where it cannot, the next start begins afresh.
  func save(_ run: Run, environment: [String: String]) {
    guard let file = Self.file(run, environment), let data = try? JSONEncoder().encode(self) else {
      return
    }
    let folder = file.deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try? data.write(to: file, options: .atomic)
  }
}
