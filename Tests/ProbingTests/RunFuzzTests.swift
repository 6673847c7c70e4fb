import Foundation
import Fuzzing
import Testing

@testable import Probing

@Suite("A run that somebody else wrote, and tables")
struct RunFuzzTests {
  /// Without sums, as damage that sums cannot find: whoever writes a file can write its sum.
  @Test("is refused with the file's name, or explains", arguments: RunTests.files)
  func files(name: String) throws {
    let folder = try TemporaryFolder()
    try Tiny.run("three").write(to: folder.url)
    try FileManager.default.removeItem(at: folder[RunSums.name])
    let (model, tokenizer) = (try Tiny.model(), try Tiny.tokenizer())
    let whole = try Data(contentsOf: folder[name])
    var fuzzer = Fuzzer("run-\(name)", corpus: [Array(whole)], rounds: 30)
    try fuzzer.run { bytes in
      try Data(bytes).write(to: folder[name])
      do throws(RunError) {
        let run = try Run(folder: folder.url)
        guard let explainer = try? Explainer(run: run, model: model, tokenizer: tokenizer) else {
          return
        }
        _ = explainer.explain("the film was good")
      } catch {
        #expect(error.path.hasPrefix(folder.url.path), "\(error)")
      }
    }
  }

  @Test("its sums are right or of no use")
  func sums() throws {
    let folder = try TemporaryFolder()
    try Tiny.run("max").write(to: folder.url)
    let whole = Array(try Data(contentsOf: folder[RunSums.name]))
    var fuzzer = Fuzzer("SHA256SUMS", corpus: [whole], rounds: 1_000)
    try fuzzer.run { bytes in
      try Data(bytes).write(to: folder[RunSums.name])
      let sums = RunSums(of: folder.url)
      #expect(sums.note == nil ? bytes == whole : sums.files.isEmpty)
    }
  }

  @Test("any bytes are a table, or an error that names the file")
  func tables() throws {
    let rows = (0..<20).map { "\"text, \($0) \"\"x\"\"\",\($0 % 2)\r\n" }.joined()
    let corpus = ["text,label\r\n" + rows, "text\tlabel\tsplit\na b\t1\ttrain\n", "a,b\n"]
    for name in ["t.csv", "t.tsv"] {
      var fuzzer = Fuzzer("table-\(name)", corpus: corpus.map { Array($0.utf8) }, rounds: 400)
      try fuzzer.run { bytes in
        do throws(DataError) {
          let data = try DataSource(files: []).read(bytes, named: name)
          #expect(data.texts.allSatisfy { !$0.label.isEmpty })
        } catch {
          #expect(error.place.hasPrefix(name))
        }
      }
    }
  }
}
