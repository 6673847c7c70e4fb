import Testing

@testable import Probing

@Suite("CSV is read as RFC 4180 says, and nothing is swallowed")
struct CSVTests {
  /// A whole file.
  private struct Table {
    var header: [String]
    var rows: [[String]] = []
    var lines: [Int] = []

    init(_ bytes: [UInt8], separator: UInt8 = UInt8(ascii: ",")) throws(DataError) {
      var reader = try CSVReader(ByteStream(bytes, named: "t.csv"), separator: separator)
      header = reader.columns
      while let (record, line) = try reader.next() {
        rows.append(record)
        lines.append(line)
      }
    }
  }

  private func table(_ text: String) throws -> Table { try Table(Array(text.utf8)) }

  @Test(
    "a field may be quoted, and then hold commas, quotes and line ends",
    arguments: [
      ("a\n\"x\"\n", "x"), ("a\n\"x,y\"\n", "x,y"), ("a\n\"say \"\"no\"\"\"\n", "say \"no\""),
      ("a\n\"two\nlines\"\n", "two\nlines"), ("a\n\"two\r\nlines\"\r\n", "two\r\nlines"),
      ("a\n\"\"\n", ""), ("a\n\"\"\"\"\n", "\""), ("a\n x \n", " x "), ("a\nx\ry\n", "x\ry"),
    ])
  func fields(text: String, field: String) throws {
    #expect(try table(text).rows == [[field]])
  }

  @Test(
    "line ends, a byte order mark and a missing final newline change nothing",
    arguments: [
      "a,b\n1,2\n3,\n", "a,b\r\n1,2\r\n3,\r\n", "a,b\n1,2\r\n3,", "\u{FEFF}a,b\n1,2\n3,\n",
      "\"a\",\"b\"\n\"1\",\"2\"\n\"3\",\"\"",
    ])
  func lineEnds(text: String) throws {
    let table = try table(text)
    #expect(table.header == ["a", "b"])
    #expect(table.rows == [["1", "2"], ["3", ""]])
    #expect(table.lines == [2, 3])
  }

  @Test("a record's line is where it starts, whatever newlines its fields hold")
  func lines() throws {
    #expect(try table("\"a\nb\"\n\"1\n\n2\"\n3\n").lines == [3, 6])
  }

  @Test("another separator leaves commas alone")
  func tabs() throws {
    let table = try Table(Array("a\tb\n1,2\t3\n".utf8), separator: UInt8(ascii: "\t"))
    #expect(table.rows == [["1,2", "3"]])
  }

  @Test(
    "what is wrong is named with its line",
    arguments: [
      ("", .empty), ("\u{FEFF}", .empty),
      ("a,b\n1,2\n3\n", .ragged(line: 3, found: 1, expected: 2)),
      ("a,b\n\"x\ny\",2\n1,2,3\n", .ragged(line: 4, found: 3, expected: 2)),
      ("a,b\n1,2\n\n", .blank(line: 3)),
      ("a\n1\n\"2\n3\n", .unterminatedQuote(line: 3)), ("a\n\"", .unterminatedQuote(line: 2)),
      ("a\n\"x\"\"", .unterminatedQuote(line: 2)), ("a\nx\"y\n", .strayQuote(line: 2)),
      ("a\n \"y\"\n", .strayQuote(line: 2)), ("a\n\"x\"y\n", .textAfterQuote(line: 2)),
      ("a\n\"x\" \n", .textAfterQuote(line: 2)), ("a\n\"1\n2\"x\n", .textAfterQuote(line: 3)),
      ("a,b\r1,2\r3,4\r", .carriageReturns), ("a,b\n\"x\"\r,2\n", .textAfterQuote(line: 2)),
      ("a\n" + String(repeating: ",", count: 20_000), .crowded(line: 2)),
    ] as [(String, CSVFault)])
  func faults(text: String, fault: CSVFault) {
    #expect(throws: DataError(place: "t.csv", problem: fault.description)) { try table(text) }
  }

  @Test("a line separator of Unicode is part of a field")
  func lineSeparator() throws {
    #expect(try table("a,b\nx\u{2028}y,z\n").rows == [["x\u{2028}y", "z"]])
  }

  @Test("bytes that are not UTF-8 are refused, quoted or not, and so is NUL")
  func encoding() {
    func problem(_ bytes: [UInt8]) -> String {
      do {
        _ = try Table(Array("a\n1\n".utf8) + bytes)
        return "none"
      } catch {
        return error.problem
      }
    }
    #expect(problem([0xE9, 0x0A]).hasPrefix("line 3: not UTF-8, a byte E9; if it is Latin-1"))
    #expect(problem([0x22, 0xC3, 0x22]).hasPrefix("line 3: not UTF-8, a byte C3"))
    #expect(problem([0x61, 0, 0x62]).hasPrefix("line 3: a NUL byte"))
  }

  @Test("any bytes give a table whose rows fit its header and survive writing, or an error")
  func fuzz() throws {
    let texts = ["a", ",", ",", "\"", "\"\"", "\n", "\n", "\r", "\r\n", "é", "\u{FEFF}"]
    let pieces = texts.map { Array($0.utf8) } + [[0xFF], [0xC3], [0]]
    var noise = Noise(seed: 1)
    var tables = 0
    for _ in 0..<6000 {
      let bytes = (0..<noise.below(24)).flatMap { _ in pieces[noise.below(pieces.count)] }
      guard let table = try? Table(bytes) else { continue }
      tables += 1
      #expect(table.rows.allSatisfy { $0.count == table.header.count }, "\(bytes)")
      #expect(table.lines.count == table.rows.count && table.lines == table.lines.sorted())
      let again = try Table(quoted([table.header] + table.rows))
      #expect(again.header == table.header && again.rows == table.rows, "\(bytes)")
    }
    #expect(tables > 300)
  }

  private func quoted(_ records: [[String]]) -> [UInt8] {
    records.flatMap { record in
      record.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",").utf8
        + Array("\r\n".utf8)
    }
  }
}
