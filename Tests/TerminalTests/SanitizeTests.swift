import Terminal
import Testing

struct SanitizeTests {
  @Test(arguments: [
    ("plain text ~", "plain text ~"),
    ("\u{1B}[31mred", "␛[31mred"),
    ("a\tb\nc\r\n", "a b⏎c␍⏎"),
    ("\0\u{7F}\u{7}", "␀␡␇"),
    ("\u{9B}2J", "⟨U+009B⟩2J"),
    ("abc\u{202E}def", "abc⟨U+202E⟩def"),
    ("\u{2066}x\u{2069}", "⟨U+2066⟩x⟨U+2069⟩"),
    ("zero\u{200B}width\u{FEFF}", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
    ("line\u{2028}sep\u{2029}", "line⟨U+2028⟩sep⟨U+2029⟩"),
    ("soft\u{AD}hyphen", "soft⟨U+00AD⟩hyphen"),
    ("\u{301}alone", "◌\u{301}alone"),
    ("\u{E000}", "⟨U+E000⟩"),
    ("\u{1CD00}", "·"),
    ("❤\u{FE0F}", "❤"),
    ("tag\u{E0041}", "tag⟨U+E0041⟩"),
    ("e\u{301} 日本 🙂", "e\u{301} 日本 🙂"),
  ])
  func `text from outside is shown, not done`(_ text: String, _ expected: String) {
    #expect(sanitized(text) == expected)
  }

  @Test func `nothing that is sanitised still holds a control character`() {
    let everything = (0...0x2FFF).compactMap { Unicode.Scalar($0) }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: everything)
    for scalar in sanitized(String(text)).unicodeScalars {
      let category = scalar.properties.generalCategory
      #expect(category != .control && category != .format && category != .lineSeparator)
      #expect(!scalar.properties.isBidiControl)
    }
  }

  @Test func `sanitising twice is sanitising once`() {
    let text = "\u{1B}]0;x\u{7} \u{202E}שלום\u{200D} \u{300}\u{301}"
    #expect(sanitized(sanitized(text)) == sanitized(text))
  }

  @Test func `a pile of marks is cut`() {
    let text = "a" + String(repeating: "\u{301}", count: 40)
    #expect(sanitized(text).unicodeScalars.count == 5)
  }
}
