import Foundation

/// Feeds damaged files to a parser.
///
/// Two environment variables make a longer search of the tests' short one:
/// - `SPINSCOPE_FUZZ_ROUNDS`: how many times as many files are tried, each time with other seeds;
/// - `SPINSCOPE_FUZZ_INPUT`: a folder where each file stands while it is tried, so that the one
///   that ended the program is still there.
public struct Fuzzer {
  private let name: String
  private var mutator: Mutator
  private let corpus: [[UInt8]]
  private let rounds: Int

  private static let environment = ProcessInfo.processInfo.environment
  private static let factor = environment["SPINSCOPE_FUZZ_ROUNDS"].flatMap(Int.init) ?? 1
  private static let inputs = environment["SPINSCOPE_FUZZ_INPUT"].map(URL.init(fileURLWithPath:))

  /// Whether more than the short search is asked for.
  public static var isLong: Bool { factor > 1 }

  /// A search from `corpus`, of some `rounds` in its short form.
  public init(_ name: String, corpus: [[UInt8]], rounds: Int) {
    self.name = name
    self.corpus = corpus
    self.rounds = rounds * Self.factor
    mutator = Mutator(corpus: corpus, seed: UInt64(rounds * Self.factor))
  }

  /// Gives `body` the files of the corpus as they are, then damaged ones.
  public mutating func run(_ body: (_ bytes: [UInt8]) throws -> Void) throws {
    var bytes = 0
    for file in corpus { try attempt(file, body) }
    for _ in 0..<rounds {
      let file = mutator.next()
      bytes += file.count
      try attempt(file, body)
    }
    Figures.add("damaged files read by parsers", rounds)
    Figures.add("bytes of damaged files", bytes)
  }

  private func attempt(_ bytes: [UInt8], _ body: ([UInt8]) throws -> Void) throws {
    if let folder = Self.inputs { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
    try body(bytes)
  }

  /// The files of a folder of `Tests/Fixtures/fuzz`, in the order of their names.
  public static func corpus(_ folder: String) throws -> [[UInt8]] {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/fuzz/\(folder)")
    return try FileManager.default.contentsOfDirectory(atPath: fixtures.path).sorted().map {
      try Array(Data(contentsOf: fixtures.appendingPathComponent($0)))
    }
  }
}
