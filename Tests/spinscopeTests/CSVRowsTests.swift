import Testing

@testable import spinscope

@Suite("Lines of CSV")
struct CSVRowsTests {
  @Test(
    "text is quoted where it must be, and no formula for a spreadsheet",
    arguments: [
      ("plain", "plain"), ("", ""), ("a, b", "\"a, b\""), ("say \"hm\"", "\"say \"\"hm\"\"\""),
      ("=1+1", "\"'=1+1\""), ("-2", "\"'-2\""), ("  @SUM(A1)", "\"'  @SUM(A1)\""),
      ("+1", "\"'+1\""), ("\t=x", "\"' =x\""), ("two\nlines", "two⏎lines"), ("\u{1B}[31m", "␛[31m"),
    ])
  func text(text: String, cell: String) {
    #expect(CSVRows.quoted(text) == cell)
  }

  @Test("numbers stand as they are, what is missing is empty")
  func values() {
    var rows = CSVRows(["a", "b", "c", "d", "e"])
    let none: Double? = nil
    rows.add([-1, -0.5, none, true, Float(0.25)])
    #expect(rows.text == "a,b,c,d,e\n-1,-0.5,,true,0.25")
  }
}
