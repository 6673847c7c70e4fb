import Fuzzing
import Testing

@testable import Probing

@Suite("JSON Lines are read strictly, an object a line")
struct JSONLinesTests {
  private func read(_ text: String) throws -> DataSet {
    try DataSource(files: []).read(Array(text.utf8), named: "t.jsonl")
  }

  private func problem(_ text: String) -> String {
    do {
      _ = try read(text)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  /// Lines of both classes whose label is written in some way.
  private func lines(_ no: String, _ yes: String) -> String {
    (0..<20).map { "{\"text\": \"t \($0)\", \"label\": \([no, yes][$0 % 2])}\n" }.joined()
  }

  @Test(
    "labels are strings, whole numbers or truth values",
    arguments: [
      ("\"no\"", "\"yes\"", ["no", "yes"]), ("0", "1", ["0", "1"]), ("-1", "10", ["-1", "10"]),
      ("false", "true", ["false", "true"]),
    ])
  func labels(no: String, yes: String, classes: [String]) throws {
    #expect(try read(lines(no, yes)).classes == classes)
  }

  @Test("escapes, other keys in any order and nested values beside do no harm")
  func fields() throws {
    let rows = (0..<20).map {
      $0 % 3 == 0
        ? "{\"label\":\($0 % 2),\"meta\":{\"a\":[1,null]},\"text\":\"a\\n\\u00e9\\u2028\"}\r\n"
        : "{\"text\":\"b\",\"label\":\($0 % 2)}\n"
    }
    let data = try read(rows.joined())
    #expect(data.texts[0].text == "a\né\u{2028}" && data.texts[1].text == "b")
  }

  @Test("the name or the first byte tells the format")
  func format() throws {
    let bytes = Array(lines("0", "1").utf8)
    for name in ["t.jsonl", "t.ndjson", "t.jsonl.gz", "t", "t.txt"] {
      #expect(try DataSource(files: []).read(bytes, named: name).texts.count == 20)
      #expect(try DataSource(files: []).read(gzipped(bytes), named: name).texts.count == 20)
    }
  }

  @Test(
    "what is wrong is named with its line",
    arguments: [
      ("{\"text\": \"b\"}\n", "line 21: label is missing; a string, whole number or truth value"),
      ("{\"label\": 1}\n", "line 21: text is missing; a string is expected"),
      ("{\"text\": 5, \"label\": 1}\n", "line 21: text is 5; a string is expected"),
      ("{\"text\": [\"b\"], \"label\": 1}\n", "line 21: text is a list"),
      ("{\"text\": \"b\", \"label\": {}}\n", "line 21: label is an object"),
      ("{\"text\": \"b\", \"label\": null}\n", "line 21: label is null"),
      ("{\"text\": \"b\", \"label\": 0.5}\n", "line 21: label is the number 0.5"),
      ("{\"text\": \"b\", \"label\": \"\"}\n", "line 21: the label is empty"),
      ("{\"text\": \"b\", \"label\": 1, \"text\": \"c\"}\n", "the key 'text' stands there twice"),
      ("\n", "line 21: is empty; remove it"), ("[1]\n", "line 21: an object is expected"),
      ("{\"text\": \"b\"\n", "line 21: byte 13: expected ',' or '}'"),
      ("{\"text\": NaN}\n", "line 21: byte 10: not the start of a JSON value"),
      ("\u{0}", "line 21: a NUL byte"),
    ])
  func faults(line: String, words: String) {
    #expect(problem(lines("0", "1") + line).contains(words), "\(problem(lines("0", "1") + line))")
  }

  @Test("any bytes give texts with labels, or an error in one line that names the file")
  func fuzz() throws {
    let corpus = [lines("0", "1"), lines("\"n\"", "\"y\""), "{\"text\":\"a\",\"label\":true}\n"]
    var fuzzer = Fuzzer("jsonl", corpus: corpus.map { Array($0.utf8) }, rounds: 600)
    try fuzzer.run { bytes in
      do throws(DataError) {
        let data = try DataSource(files: []).read(bytes, named: "t.jsonl")
        #expect(data.texts.allSatisfy { !$0.label.isEmpty })
      } catch {
        #expect(error.place.hasPrefix("t.jsonl"))
        #expect(!error.description.contains { $0.isNewline }, "\(error)")
      }
    }
  }
}
