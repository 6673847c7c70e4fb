public import Foundation

/// What a fit keeps of its work as it goes: a probe or a head.
protocol FitUnit: Codable, Sendable {}

extension Probe: FitUnit {}
extension Head: FitUnit {}

/// Probes and heads that are done, one file each, so that a fit that was stopped goes on from them.
///
/// The folder's name carries a sum of everything that they depend on: texts, features and settings.
/// A file that is not whole counts as not there. Numbers are kept exactly.
public struct FitUnits: Sendable {
  private let folder: URL

  /// Names a folder in `parent`, which is made when the first unit is kept; `parts` are whatever
  /// decides the results, in words.
  public init(in parent: URL, dependsOn parts: [String]) {
    let sum = SHA256.of(Array(parts.joined(separator: "\0").utf8))
    folder = parent.appendingPathComponent("units.\(sum.prefix(16))")
  }

  /// Units of a part of the work that has names of its own.
  func within(_ name: String) -> FitUnits { FitUnits(folder.appendingPathComponent(name)) }

  private init(_ folder: URL) { self.folder = folder }

  /// The unit of this name: the kept one, or a new one, which is kept.
  ///
  /// A unit that cannot be written is only lost for later: the fit itself goes on.
  func value<Unit: FitUnit>(_ name: String, _ make: () -> Unit?) -> Unit? {
    if let kept: Kept<Unit> = read(name) { return kept.unit }
    let unit = make()
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try? encoder.encode(Kept(unit: unit)).write(
      to: folder.appendingPathComponent(name), options: .atomic)
    return unit
  }

  /// The unit of this name, if one was kept.
  func kept<Unit: FitUnit>(_ name: String) -> Unit? { read(name)?.unit }

  private func read<Unit: FitUnit>(_ name: String) -> Kept<Unit>? {
    guard let bytes = try? Data(contentsOf: folder.appendingPathComponent(name)) else { return nil }
    return try? PropertyListDecoder().decode(Kept<Unit>.self, from: bytes)
  }

  /// A unit, or the knowledge that there is none.
  private struct Kept<Unit: FitUnit>: Codable {
    var unit: Unit?
  }
}

extension HeadPlan {
  /// Names the plan's head among the units.
  var unitName: String { "\(source.rawValue).\(pooling.rawValue).\(selection).\(depth)" }
}
