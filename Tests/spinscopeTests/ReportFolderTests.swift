import Foundation
import Testing

@testable import spinscope

@Suite("A report in a folder")
struct ReportFolderTests {
  @Test("holds everything, links what is there, and is not written over")
  func whole() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = folder.appendingPathComponent("report").path
    let arguments = ["report", CommandTests.tiny, "-o", output]
    #expect(try run(arguments).code == 0)
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: output))
    #expect(
      names
        == Set(
          ["report.md", "report.json", "load_head.py"]
            + ReportTable.allCases.map { "\($0.rawValue).csv" }
            + ReportFigure.allCases.map { "\($0.rawValue).svg" }))
    let text = try String(contentsOfFile: output + "/report.md", encoding: .utf8)
    for link in text.matches(of: /!\[.*\]\((.+)\)/) {
      #expect(names.contains(String(link.1)))
    }
    let again = try run(arguments)
    #expect(again.code == 1 && again.errors.contains("is there already"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report"])
  }

  @Test("a format with -o is a file, the same as on standard output")
  func file() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = folder.appendingPathComponent("eta.svg").path
    #expect(try run(["report", CommandTests.tiny, "--figure", "eta", "-o", output]).code == 0)
    let printed = try run(["report", CommandTests.tiny, "--format", "svg", "--figure", "eta"])
    #expect(try String(contentsOfFile: output, encoding: .utf8) == printed.output)
  }

  @Test("its JSON has every file of the run with the numbers that stand there")
  func json() throws {
    let text = try RunJSON(folder: TinyRun.folder).text()
    func object(_ data: Data) throws -> NSDictionary {
      try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
    }
    let whole = try object(Data(text.utf8))
    for name in ["run", "scores", "probes", "head"] {
      let file = TinyRun.folder.appendingPathComponent("\(name).json")
      #expect(whole[name] as? NSDictionary == (try object(Data(contentsOf: file))))
    }
    #expect((whole["neurons"] as? [Any])?.count == (try TinyRun.run()).head.neurons.count)
  }
}
