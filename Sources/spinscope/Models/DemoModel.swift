import CDemoModel
import Foundation
import Probing
import StrictJSON

/// One file of the demo's model, as the executable carries it.
struct DemoFile: Sendable {
  var name: String
  /// Bytes; 0 if it was not there when this was built.
  var size: Int
  /// Writes it to a descriptor; 0 or errno.
  var write: @Sendable (_ descriptor: Int32) -> Int32
  /// Whether what a descriptor still has to read is this file.
  var equals: @Sendable (_ descriptor: Int32) -> Bool

  /// What the compiler put into the executable.
  static let embedded: [DemoFile] = (0..<cd_count()).map { index in
    let name = (0...).lazy.map { UInt8(truncatingIfNeeded: cd_name_character(index, $0)) }
      .prefix { $0 != 0 }
    return DemoFile(
      name: String(decoding: Array(name), as: UTF8.self), size: Int(cd_size(index)),
      write: { cd_write(index, $0) }, equals: { cd_equals(index, $0) != 0 })
  }
}

/// The model of the built-in demo: a small GPT-2 of our own that needs no network.
///
/// It travels inside the executable, wherever that is copied to, and is unpacked once into the user's
/// data folder, where Python finds it too.
struct DemoModel: Sendable {
  /// How commands name it.
  static let name = "demo"

  var files = DemoFile.embedded
  /// Where it is unpacked; nil where there is no home.
  var folder: URL?

  init(files: [DemoFile] = DemoFile.embedded, environment: [String: String]) {
    self.files = files
    folder = xdgFolder("XDG_DATA_HOME", ".local/share", environment)?
      .appendingPathComponent("models/\(Self.name)")
  }

  /// Whether this executable was built with it.
  var isThere: Bool {
    files.contains { $0.name == KnownModel.weights && $0.size > 0 }
  }

  /// The model's folder, unpacked if it is not there as it should be.
  func unpack() throws(Failure) -> URL {
    guard isThere else {
      throw Failure(.input, "\(Self.name): this spinscope was built without its model")
    }
    guard let folder else {
      throw Failure(.failed, "HOME is not set; set XDG_DATA_HOME to a folder of yours")
    }
    if isWhole(folder) { return folder }
    do {
      try write(folder)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.failed, "\(folder.path): cannot be written: \(error.systemReason)")
    }
    return folder
  }

  /// Whether a folder holds every file as it is here: after an update it may hold older ones.
  private func isWhole(_ folder: URL) -> Bool {
    files.filter { $0.size > 0 }.allSatisfy { file in
      let handle = try? FileHandle(forReadingFrom: folder.appendingPathComponent(file.name))
      guard let handle else { return false }
      defer { try? handle.close() }
      return file.equals(handle.fileDescriptor)
    }
  }

  /// Writes a folder under another name, then moves it into place.
  private func write(_ folder: URL) throws {
    let manager = FileManager.default
    let store = folder.deletingLastPathComponent()
    let partial = store.appendingPathComponent(".\(Self.name).\(getpid()).partial")
    defer { try? manager.removeItem(at: partial) }
    try manager.createDirectory(at: partial, withIntermediateDirectories: true)
    for file in files where file.size > 0 {
      let url = partial.appendingPathComponent(file.name)
      try Data().write(to: url)
      let handle = try FileHandle(forWritingTo: url)
      defer { try? handle.close() }
      let code = file.write(handle.fileDescriptor)
      guard code == 0 else {
        throw Failure(.failed, "\(url.path): cannot be written: \(systemReason(code))")
      }
    }
    try? manager.removeItem(at: folder)
    do { try manager.moveItem(at: partial, to: folder) } catch {
      // Another start may have been faster.
      guard isWhole(folder) else { throw error }
    }
  }
}
