import Foundation

/// A folder that is there whole or not at all.
///
/// It is written beside its place under a hidden name, and renamed when done.
struct OutputFolder {
  let url: URL

  /// Where it is written until it is whole.
  var partial: URL {
    url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).partial")
  }

  /// Refuses a place that is taken or cannot be written.
  func check() throws(Failure) {
    guard !FileManager.default.fileExists(atPath: url.path) else {
      throw Failure(.failed, "\(url.path): is there already; remove it or choose another name")
    }
    let parent = url.deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: parent) else {
      throw Failure(.failed, "\(parent): cannot be written; choose another folder with -o")
    }
  }

  /// Gives the whole folder its name.
  func finish() throws { try FileManager.default.moveItem(at: partial, to: url) }
}
