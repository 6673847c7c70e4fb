import Testing

@testable import Probing

@Suite("Columns of labelled texts are found, and what is not clear is asked")
struct ColumnChoiceTests {
  /// Forty rows of columns that are made by their kinds.
  private func file(_ columns: [(name: String, field: (Int) -> String)]) -> String {
    let rows = (0..<40).map { row in columns.map { $0.field(row) }.joined(separator: ",") }
    return ([columns.map(\.name).joined(separator: ",")] + rows).joined(separator: "\n")
  }

  private func text(_ row: Int) -> String {
    "number \(row) is a text of several words that nobody wrote before"
  }
  private func label(_ row: Int) -> String { ["no", "yes"][row % 2] }
  private func id(_ row: Int) -> String { "id-\(row)" }
  private func date(_ row: Int) -> String { "Mon \(row) May" }

  /// What is chosen, or why nothing is.
  private func choice(_ file: String) -> String {
    var choice: ColumnChoice?
    do {
      _ = try DataSource(files: []).read(Array(file.utf8), named: "t.csv") { choice = $0.choice }
    } catch  where choice == nil {
      return error.problem
    } catch {}
    guard let choice else { return "nothing" }
    return "\(choice.text) \(choice.label) \(choice.split ?? "-") \(choice.isGuess)"
  }

  @Test("text, label and split are taken by these names, in any case")
  func exact() {
    #expect(choice(file([("text", text), ("label", label)])) == "text label - false")
    #expect(
      choice(file([("Label", label), ("review", text), ("Text", text)])) == "Text Label - false")
  }

  @Test("usual names are taken before the shape, and said to be a guess")
  func usual() {
    let edos = file([
      ("rewire_id", id), ("text", text), ("label_sexist", label), ("label_category", label),
    ])
    #expect(choice(edos) == "text label_sexist - true")
    #expect(choice(file([("sentence", text), ("stars", label)])) == "sentence stars - true")
  }

  @Test("unusual names are found by what stands there")
  func shape() {
    let columns =
      [("a", id), ("b", date), ("c", text), ("d", label)] as [(String, (Int) -> String)]
    #expect(choice(file(columns)) == "c d - true")
    let parts = columns + [("e", { ["train", "dev", "test", "train", "train"][$0 / 2 % 5] })]
    #expect(choice(file(parts)) == "c d e true")
  }

  @Test("what could be either is refused with the candidates and the option")
  func ambiguous() {
    #expect(
      choice(file([("review", text), ("question", text), ("label", label)]))
        == "the text could be review or question; name it with --text")
    #expect(
      choice(file([("a", text), ("b", text), ("label", label)]))
        == "the text could be a or b; name it with --text")
    #expect(
      choice(file([("text", text), ("b", label), ("c", label)]))
        == "the label could be b or c; name it with --label")
    #expect(
      choice(file([("text", text), ("b", id)]))
        == "no column looks like a label; found text, b; name it with --label")
    #expect(
      choice(file([("a", id), ("label", label)]))
        == "no column looks like a text; found a, label; name it with --text")
  }

  @Test("later files are read by the columns of the first")
  func laterFiles() throws {
    let first = file([("c", text), ("d", label)])
    let folder = try TemporaryFolder([
      "train.csv": first, "test.csv": "c,d\nshort,yes\nother,no\n",
    ])
    let source = DataSource(files: [folder["train.csv"].path], testFile: folder["test.csv"].path)
    #expect(try source.read().indices(of: .test).count == 2)
  }

  @Test("the preview has the first three rows and says what every column holds")
  func preview() throws {
    var previews: [DataPreview] = []
    let bytes = Array(file([("a", id), ("c", text), ("d", label)]).utf8)
    _ = try DataSource(files: []).read(bytes, named: "t.csv") { previews.append($0) }
    let preview = try #require(previews.first)
    #expect(preview.rows.map(\.label) == ["no", "yes", "no"] && preview.sampled == 40)
    #expect(preview.columns.map(\.distinct) == [40, 40, 2])
    #expect(preview.columns[1].words == 12 && preview.columns[2].example == "no")
  }
}
