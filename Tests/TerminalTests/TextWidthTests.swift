import Terminal
import Testing

struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("ｶﾅ", 2), ("Ａ", 2), ("🙂", 2),
    ("▀▄█", 3), ("⠿", 1), ("─│┌", 3), ("½±×", 3), ("→", 1), ("☎", 1), ("⌚", 2), ("한", 2),
    ("\u{1100}\u{1161}", 2), ("\u{1B}", 1), ("\u{202E}", 8), ("\u{1CD00}", 1), ("¹²⁴", 3),
    ("नमस्ते", 4),
  ])
  func `characters take the columns that terminals give them`(_ text: String, _ columns: Int) {
    #expect(width(text) == columns)
  }

  @Test func `clipping never leaves half a character`() {
    #expect(clipped("日本語", to: 6) == "日本語")
    #expect(clipped("日本語", to: 5) == "日本…")
    #expect(clipped("日本語", to: 4) == "日…")
    #expect(clipped("日本語", to: 4, ellipsis: false) == "日本")
    #expect(clipped("日本語", to: 3, ellipsis: false) == "日")
    #expect(clipped("abc", to: 0) == "")
    #expect(clipped("abc", to: 1) == "…")
    #expect(clipped("abc", to: -3) == "")
  }

  @Test func `clipped text is never wider than asked`() {
    let text = "a日\u{301}🙂\u{202E}b\u{1B}é"
    for columns in 0...30 {
      #expect(width(clipped(text, to: columns)) <= columns)
      #expect(width(padded(text, to: columns)) == columns)
    }
  }

  @Test func `padding fills on the side that is asked`() {
    #expect(padded("ab", to: 5) == "ab   ")
    #expect(padded("ab", to: 5, alignment: .right) == "   ab")
    #expect(padded("ab", to: 5, alignment: .centre) == " ab  ")
    #expect(padded("abcdef", to: 4) == "abc…")
    #expect(padded("日", to: 3, alignment: .right) == " 日")
  }
}
