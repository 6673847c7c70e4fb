public import Foundation
import StrictJSON
public import Tensors

/// `SHA256SUMS` in a run's folder: the sum of every file, in the form that `sha256sum -c` reads.
///
/// Its last line is the sum of the lines above, so that a change of this file is found out too.
public struct RunSums: Sendable {
  public static let name = "SHA256SUMS"

  private let folder: URL
  private var sums: [String: String] = [:]
  /// Why nothing can be checked; nil where everything can.
  public private(set) var note: String?

  /// Reads the sums of a run; where there are none, or they are damaged, `note` says so.
  public init(of folder: URL) {
    self.folder = folder
    let path = folder.appendingPathComponent(Self.name).path
    guard FileManager.default.fileExists(atPath: path) else {
      note = "\(folder.path): no \(Self.name), as from older versions; no file can be checked"
      return
    }
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    guard let sums = Self.parsed(bytes) else {
      note = "\(path): damaged, it is not as it was written; no file can be checked"
      return
    }
    self.sums = sums
  }

  /// The files that have a sum, in order.
  public var files: [String] { sums.keys.sorted() }

  /// Refuses the bytes of a file if they are not those that were written.
  func check(_ name: String, _ bytes: Data) throws(RunError) {
    try check(name, sum: { () throws(RunError) in SHA256.of(Array(bytes)) })
  }

  /// Refuses a file if it is not as it was written, or cannot be read.
  public func check(_ name: String) throws(RunError) {
    let path = folder.appendingPathComponent(name).path
    try check(name) { () throws(RunError) in
      do throws(MappedFileError) {
        return try SHA256.ofFile(path)
      } catch {
        throw RunError(path, error.reason)
      }
    }
  }

  private func check(_ name: String, sum: () throws(RunError) -> String) throws(RunError) {
    guard let expected = sums[name], try sum() != expected else { return }
    throw RunError(
      folder.appendingPathComponent(name).path,
      "damaged: not as it was written (\(Self.name)); bring back a copy, or fit again")
  }

  /// What is wrong with the files, one a file.
  public func faults(workers: Int = availableWorkers()) -> [RunError] {
    let files = files
    var faults: [RunError] = []
    forEachInParallel(
      count: files.count, workers: workers, makeScratch: { () },
      work: { index, _ -> RunError? in
        do throws(RunError) {
          try check(files[index])
          return nil
        } catch {
          return error
        }
      },
      consume: { _, fault in
        if let fault { faults.append(fault) }
        return true
      })
    return faults
  }
}

extension RunSums {
  /// Writes the sums of a folder's own files and of its features; what a fit needs only to go on is
  /// left out.
  public static func write(in folder: URL, workers: Int = availableWorkers()) throws(RunError) {
    let files = names(in: folder)
    var sums = [Result<String, MappedFileError>?](repeating: nil, count: files.count)
    forEachInParallel(
      count: files.count, workers: workers, makeScratch: { () },
      work: { index, _ in
        Result { () throws(MappedFileError) in
          try SHA256.ofFile(folder.appendingPathComponent(files[index]).path)
        }
      },
      consume: { index, sum in
        sums[index] = sum
        return true
      })
    do {
      let lines = try zip(files, sums).map { "\(try $1?.get() ?? "")  \($0)\n" }.joined()
      try Data(signed(lines).utf8)
        .write(to: folder.appendingPathComponent(name), options: .atomic)
    } catch {
      throw RunError(
        folder.path, "cannot be written: \(error.systemReason)", onWriting: true)
    }
  }

  private static func names(in folder: URL) -> [String] {
    ["", "features/"].flatMap { parent in
      let there = folder.appendingPathComponent(parent).path
      return ((try? FileManager.default.contentsOfDirectory(atPath: there)) ?? [])
        .filter { $0.contains(".") && !$0.hasPrefix(".") && !$0.hasSuffix(".done") }
        .map { parent + $0 }
    }.sorted()
  }

  private static func signed(_ lines: String) -> String {
    "\(lines)# \(SHA256.of(Array(lines.utf8)))\n"
  }

  /// The sums by file; nil unless every byte is as it was written.
  private static func parsed(_ bytes: Data) -> [String: String]? {
    guard let text = String(data: bytes, encoding: .utf8) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2)
    guard text == signed(lines.map { $0 + "\n" }.joined()) else { return nil }
    let pairs = lines.map { (String($0.dropFirst(66)), String($0.prefix(64))) }
    return Dictionary(pairs) { first, _ in first }
  }
}
