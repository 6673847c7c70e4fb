import Foundation
import Testing

@testable import Probing

@Suite("Labelled texts are found, checked and split")
struct DataSetTests {
  /// Ten texts of each class `no` and `yes`, under the given header.
  private func file(_ header: String = "text,label", rows: Int = 20) -> String {
    header + "\n" + (0..<rows).map { "text \($0),\(["no", "yes"][$0 % 2])\n" }.joined()
  }

  private func read(
    _ text: String, _ source: DataSource = DataSource(files: [])
  ) throws -> DataSet {
    try source.read(Array(text.utf8), named: "data.csv")
  }

  private func problem(_ text: String, _ source: DataSource = DataSource(files: [])) -> String {
    do {
      _ = try read(text, source)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  // MARK: Columns

  @Test(
    "usual column names are found",
    arguments: ["text,label", "sentence,label", "review,class", "text,target"])
  func usualColumns(header: String) throws {
    let data = try read(file(header))
    #expect(data.texts.map(\.text) == (0..<20).map { "text \($0)" })
    #expect(data.texts.map(\.id) == Array(0..<20))
    #expect(data.classes == ["no", "yes"])
  }

  @Test("columns that are named win over usual ones")
  func namedColumns() throws {
    let rows = (0..<20).map { "x,\($0),words \($0),\($0 % 2)\n" }.joined()
    let source = DataSource(files: [], textColumn: "body", labelColumn: "stars")
    let data = try read("text,label,body,stars\n" + rows, source)
    #expect(data.texts[3].text == "words 3")
    #expect(data.classes == ["0", "1"])
  }

  @Test("a column that is not there is named, with those that are and what to do")
  func missingColumns() {
    let text = "no column named text or sentence or review; found words, label; name it with --text"
    #expect(problem(file("words,label")) == "data.csv: \(text)")
    #expect(problem(file("text,stars")).contains("found text, stars; name it with --label"))
    let source = DataSource(files: [], textColumn: "body", splitColumn: "part")
    #expect(problem(file(), source).contains("no column named body; found text, label"))
    #expect(
      problem(file(), DataSource(files: [], splitColumn: "part")).contains("name it with --split"))
  }

  @Test("a .tsv file is cut at tabs")
  func tabs() throws {
    let bytes = Array(file().replacing(",", with: "\t").utf8)
    #expect(try DataSource(files: []).read(bytes, named: "data.tsv").texts.count == 20)
  }

  // MARK: What is refused

  @Test(
    "data from which nothing can be learned is refused",
    arguments: [
      ("text,label\n", "a header and no rows"), ("", "the file is empty"),
      ("text,label\na,x\nb,x\n", "every text has the label 'x'"),
      ("text,label\na,x\nb,\n", "data.csv: line 3: the label is empty"),
      ("text,label\na,x\nb,y\n", "no validation texts"),
      ("text,label\na,x\nb\n", "line 3: 1 fields where the header has 2"),
      ("text,label,split\na,x,exam\n", "data.csv: line 2: split 'exam'"),
    ])
  func refused(text: String, part: String) {
    let message = problem(text)
    #expect(message.contains(part))
  }

  @Test("a file that is not there is named")
  func missingFile() {
    #expect(throws: DataError(place: "/none.csv", problem: "cannot be read; check the path")) {
      try DataSource(files: ["/none.csv"]).read()
    }
  }

  @Test("no text at all is refused")
  func noText() {
    #expect(throws: DataError.self) { try DataSet([], from: "nothing") }
  }

  // MARK: Classes

  private func classes(_ labels: [String]) throws -> [String] {
    let texts = labels.enumerated().flatMap { id, label in
      Split.allCases.map { LabelledText(id: id, text: "", label: label, split: $0) }
    }
    return try DataSet(texts, from: "labels").classes
  }

  @Test("labels are ordered by value where they are numbers, and else by their letters")
  func labelOrder() throws {
    #expect(try classes(["10", "2", "1"]) == ["1", "2", "10"])
    #expect(try classes(["-1", "1", "0.5"]) == ["-1", "0.5", "1"])
    #expect(try classes(["pos", "neg", "Mid"]) == ["Mid", "neg", "pos"])
    #expect(try classes(["1.0", "1"]) == ["1", "1.0"])
  }

  @Test("numbers among words stand first, so that there is one order only")
  func mixedLabelOrder() throws {
    let ordered = ["6", "10", "12", "5 stars", "9b", "nan"]
    for chosen in 1..<64 {
      let labels = ordered.indices.filter { chosen >> $0 & 1 == 1 }.map { ordered[$0] }
      guard labels.count >= 2 else { continue }
      #expect(try classes(labels) == labels)
    }
  }

  @Test("a class is its label's place in that order")
  func labels() throws {
    let data = try read(file())
    #expect(data.labels(at: [0, 1, 5, 2]) == [0, 1, 1, 0])
    let all = Split.allCases.flatMap(data.indices(of:))
    #expect(all.sorted() == Array(0..<20))
  }

  // MARK: Splits

  /// The splits of 100 texts of one class and 50 of another.
  private func splits(seed: UInt64) throws -> [Split] {
    let text = "text,label\n" + (0..<150).map { "t,\($0 % 3 == 0 ? "b" : "a")\n" }.joined()
    return try read(text, DataSource(files: [], seed: seed)).texts.map(\.split)
  }

  @Test("the seeded split is the same for one seed and another for another")
  func seeds() throws {
    #expect(try splits(seed: 1) == splits(seed: 1))
    #expect(try splits(seed: 1) != splits(seed: 2))
  }

  @Test("60, 20 and 20 % of every class go to training, validation and test")
  func stratified() throws {
    let splits = try splits(seed: 42)
    for (split, share) in [(Split.train, 60), (.validation, 20), (.test, 20)] {
      let rows = splits.indices.filter { splits[$0] == split }
      #expect(rows.count { $0 % 3 != 0 } == share)
      #expect(rows.count { $0 % 3 == 0 } == share / 2)
    }
  }

  @Test("a split column is obeyed, under its usual name or another, in any spelling")
  func splitColumn() throws {
    let names = ["train", "Train", "validation", "valid", "val", "DEV", "test", "TEST"]
    let expected: [Split] =
      [.train, .train, .validation, .validation, .validation, .validation, .test, .test]
    let rows = names.flatMap { name in ["x,no,\(name)\n", "x,yes,\(name)\n"] }.joined()
    let usual = try read("text,label,split\n" + rows)
    #expect(usual.texts.map(\.split) == expected.flatMap { [$0, $0] })
    let named = try read("text,label,part\n" + rows, DataSource(files: [], splitColumn: "part"))
    #expect(named == usual)
  }

  @Test("a column that lacks a split is refused, not filled up")
  func incompleteColumn() {
    let rows = ["train", "test"].flatMap { ["x,no,\($0)\n", "x,yes,\($0)\n"] }.joined()
    #expect(problem("text,label,split\n" + rows).contains("no validation texts"))
  }

  @Test("files for validation and test are whole splits; what no file gives is drawn")
  func splitFiles() throws {
    let folder = try TemporaryFolder([
      "one.csv": file(), "two.csv": file(), "dev.csv": file(rows: 4), "test.csv": file(rows: 6),
    ])
    var source = DataSource(
      files: ["one.csv", "two.csv"].map { folder[$0].path }, validationFile: folder["dev.csv"].path,
      testFile: folder["test.csv"].path)
    var data = try source.read()
    #expect(data.texts.map(\.id) == Array(0..<50))
    #expect(data.indices(of: .train) == Array(0..<40))
    #expect(data.indices(of: .validation) == Array(40..<44))
    #expect(data.indices(of: .test) == Array(44..<50))
    source.testFile = nil
    data = try source.read()
    #expect(data.indices(of: .test).count == 8 && data.indices(of: .train).count == 32)
    #expect(data.indices(of: .validation) == Array(40..<44))
  }
}
