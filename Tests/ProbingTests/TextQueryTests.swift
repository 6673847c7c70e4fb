import Fuzzing
import Testing

@testable import Probing

@Suite("Queries of texts")
struct TextQueryTests {
  static let classes = ["negative", "positive", "so so", "and"]

  static let rows: [TextRow] = [
    row(0, "The plot is thin, but the acting is superb.", .train, 1, [0.1, 0.8, 0.05, 0.05]),
    row(1, "not good", .validation, 0, [0.3, 0.6, 0.05, 0.05]),
    row(2, "Nothing here; NOT worth it", .test, 0, [0.97, 0.01, 0.01, 0.01]),
    row(3, "“Good” — naïve café", .test, 2, [0.2, 0.2, 0.5, 0.1]),
    row(4, "", .test, 3, [0.25, 0.25, 0.26, 0.24]),
  ]

  private static func row(
    _ id: Int, _ text: String, _ split: Split, _ label: Int, _ p: [Double]
  ) -> TextRow {
    TextRow(id: id, text: text, split: split, label: label, probabilities: p)
  }

  private func select(_ text: String) throws -> [Int] {
    try TextQuery(text, classes: Self.classes).select(Self.rows)
  }

  @Test(
    "select texts",
    arguments: [
      ("", [0, 1, 2, 3, 4]), ("label:negative", [1, 2]), ("LABEL:Negative", [1, 2]),
      ("label:\"so so\"", [3]), ("label:\"and\"", [4]), ("predicted=positive", [0, 1]),
      ("label:negative predicted:positive", [1]), ("wrong", [1, 4]), ("right", [0, 2, 3]),
      ("not wrong", [0, 2, 3]), ("split:test", [2, 3, 4]), ("split:TEST wrong", [4]),
      ("conf>0.9", [2]), ("conf > 0.9", [2]), ("conf>=0.6 conf<0.9", [0, 1]), ("len<3", [1, 4]),
      ("len<=4", [1, 3, 4]), ("len=2", [1]), ("len:2", [1]), ("id>=3", [3, 4]), ("loss>1", [1, 4]),
      ("/not/", [1, 2]), ("/NOT/", [1, 2]), ("/no/", []), ("not", []), ("noth", [2]),
      ("\"not\"", [1]), ("\"NOT worth\"", [2]), ("/good/", [1, 3]), ("/naïve/", [3]),
      ("/caf/", []), ("caf", [3]), ("/thin,/", [0]),
      ("wrong or conf>0.9", [1, 2, 4]), ("wrong | conf>0.9", [1, 2, 4]),
      ("split:test and not (wrong or /good/)", [2]), ("split:test & !(wrong | /good/)", [2]),
      ("wrong or right split:train", [0, 1, 4]), ("!!wrong", [1, 4]), ("(((wrong)))", [1, 4]),
      ("sort:conf", [4, 3, 1, 0, 2]), ("sort:-conf", [2, 0, 1, 3, 4]),
      ("wrong sort:-len", [1, 4]), ("sort:label sort:-id", [2, 1, 0, 3, 4]),
      ("sort:-split split:test", [2, 3, 4]), ("sort:predicted", [2, 0, 1, 3, 4]),
      ("sort:loss", [2, 0, 3, 1, 4]), ("sort:-loss wrong and len<3", [4, 1]),
    ])
  func selects(text: String, places: [Int]) throws {
    if text == "not" {
      #expect(throws: TextQueryError.self) { try select(text) }
    } else {
      #expect(try select(text) == places, "\(text)")
    }
  }

  @Test(
    "say where they are wrong",
    arguments: [
      ("label:fair", 7, "no class is named 'fair'; there are negative, positive, so so, and"),
      ("wrong conf>high", 12, "'high' is no number"), ("conf>", 5, "a value is missing"),
      ("conf>>1", 5, "a value is missing"), ("label>negative", 6, "only ':' can stand here"),
      ("split:dev", 7, "'dev' is not train, validation or test"),
      ("length<4", 1, "no field is named 'length'; there are label, predicted"),
      ("(wrong", 1, "not closed"), ("wrong)", 6, "closes none"), ("()", 2, "missing here"),
      ("wrong or", 9, "missing here"), ("or wrong", 1, "missing here"), ("not", 4, "missing here"),
      ("wrong and and right", 11, "missing here"), ("a \"b", 3, "has no second one"),
      ("/b", 1, "this slash has no second one"), ("\"\"", 1, "nothing stands between"),
      ("<3", 1, "needs a name before it"), ("sort:color", 6, "no order is named 'color'"),
      ("sort>conf", 5, "only ':' can stand here"), ("(sort:conf)", 2, "outside of parentheses"),
      ("not sort:conf", 5, "outside of parentheses"), ("id=1e999", 4, "is no number"),
      (String(repeating: "(", count: 60), 51, "more than 50"),
      (String(repeating: "!", count: 60), 51, "more than 50"),
    ])
  func errors(text: String, column: Int, problem: String) throws {
    let error = #expect(throws: TextQueryError.self) { try select(text) }
    #expect(error?.column == column, "\(text)")
    #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
  }

  @Test("of texts held against another run, those are flipped that it answers otherwise")
  func flipped() throws {
    let query = try TextQuery("flipped not split:train", classes: Self.classes)
    let table = TextTable(rows: Self.rows)
    #expect(query.select(table.rows) == [])
    #expect(query.select(table.held(against: [0: 0, 2: 1]).rows) == [2])
    #expect(table.held(against: [2: 1]).held(against: [:]) == table)
    #expect(query.text(classes: Self.classes) == "flipped not split:train")
  }

  @Test("two classes that differ by case alone are told apart")
  func cases() throws {
    let classes = ["a", "A", "b"]
    #expect(try TextQuery("label:A", classes: classes).condition == .label(1))
    #expect(try TextQuery("label:B", classes: classes).condition == .label(2))
    #expect(throws: TextQueryError.self) { try TextQuery("label:c", classes: classes) }
  }

  // MARK: Any query

  @Test("written out and read again, a query is the same")
  func roundTrip() throws {
    var noise = Noise(seed: 3)
    for _ in 0..<2_000 {
      var query = TextQuery(flat(condition(3, &noise)))
      for _ in 0..<noise.below(3) {
        let keys = TextQuery.SortKey.allCases
        query.sorts.append(.init(keys[noise.below(keys.count)], isFalling: noise.below(2) == 0))
      }
      let text = query.text(classes: Self.classes)
      #expect(try TextQuery(text, classes: Self.classes) == query, "\(text)")
    }
  }

  /// Lists of one condition are that condition to the parser, and no list is empty inside.
  private func flat(_ condition: TextQuery.Condition) -> TextQuery.Condition {
    switch condition {
    case .all(let parts) where parts.count == 1, .any(let parts) where parts.count == 1:
      flat(parts[0])
    case .all(let parts): .all(parts.map(flat))
    case .any(let parts): .any(parts.map(flat))
    case .not(let part): .not(flat(part))
    default: condition
    }
  }

  private func condition(_ depth: Int, _ noise: inout Noise) -> TextQuery.Condition {
    let words = ["not", "a b", "x/y", "\\", "\"q\"", "é", "or", "(", "sort:id"]
    let word = words[noise.below(words.count)]
    switch noise.below(depth > 0 ? 12 : 9) {
    case 0: return .label(noise.below(4))
    case 1: return .predicted(noise.below(4))
    case 2: return .split(Split.allCases[noise.below(3)])
    case 3: return .wrong
    case 4:
      let fields = TextQuery.Field.allCases
      let marks = TextQuery.Comparison.allCases
      return .number(
        fields[noise.below(fields.count)], marks[noise.below(marks.count)],
        noise.below(2) == 0 ? Double(noise.below(40)) : Double(noise.next()))
    case 5: return .word(word)
    case 6: return .part(["film", "don't", "é1"][noise.below(3)])
    case 7, 8: return .phrase(word)
    case 9: return .not(condition(depth - 1, &noise))
    case 10: return .all((0...noise.below(3)).map { _ in condition(depth - 1, &noise) })
    default: return .any((0...noise.below(3)).map { _ in condition(depth - 1, &noise) })
    }
  }

  @Test("whatever is typed is understood or refused at a column of it")
  func fuzz() throws {
    var fuzzer = Fuzzer(
      "query.txt",
      corpus: [
        "label:positive predicted:negative wrong conf>0.9 len<20 /not/ split:test \"exact phrase\"",
        "not (wrong or right) and sort:-conf sort:id | ! & \\ \u{301}\u{202E}🙂", "id=1 loss>=2",
      ].map { Array($0.utf8) }, rounds: 4_000)
    try fuzzer.run { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      do throws(TextQueryError) {
        let query = try TextQuery(text, classes: Self.classes)
        let places = query.select(Self.rows)
        #expect(Set(places).count == places.count)
        #expect(places.allSatisfy { query.condition.holds(for: Self.rows[$0]) })
      } catch {
        #expect(1...text.count + 1 ~= error.column, "\(text)")
      }
    }
  }
}
