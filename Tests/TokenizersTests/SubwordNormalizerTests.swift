import Testing

@testable import Tokenizers

@Suite("Normalizers and pre-tokenizers, each by itself")
struct SubwordNormalizerTests {
  private func text(_ text: String) -> AlignedText {
    AlignedText(Array(text.utf8), 0..<text.utf8.count)
  }

  private func places(_ text: AlignedText) -> [Range<Int>] {
    text.bytes.indices.map { text.sourceRange($0..<$0 + 1) }
  }

  /// The values are those of `tokenizers` 0.23.3.
  @Test("NFC composes, and leaves what is excluded apart")
  func composition() {
    let cases = [
      ("e\u{301}", "\u{E9}"), ("\u{212B}", "\u{C5}"), ("a\u{302}\u{323}", "\u{1EAD}"),
      ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("\u{AC00}\u{11A8}", "\u{AC01}"),
      ("\u{AC01}\u{11A8}", "\u{AC01}\u{11A8}"), ("\u{958}", "\u{915}\u{93C}"),
      ("\u{9C7}\u{9BE}", "\u{9CB}"), ("e\u{327}\u{301}", "\u{229}\u{301}"),
      ("\u{301}a", "\u{301}a"), ("a\u{345}\u{301}", "\u{E1}\u{345}"), ("plain", "plain"), ("", ""),
    ]
    for (before, after) in cases {
      let found = UnicodeForm.nfc.normalize(text(before)).bytes
      #expect(found == Array(after.utf8), "\(before.debugDescription)")
    }
  }

  @Test("NFC counts places as the library does")
  func compositionPlaces() {
    #expect(places(UnicodeForm.nfc.normalize(text("xe\u{301}y"))) == [0..<1, 1..<2, 1..<2, 4..<5])
    let marks = places(UnicodeForm.nfc.normalize(text("\u{344}\u{323}")))
    #expect(marks == [0..<2, 0..<2, 2..<4, 2..<4, 2..<4, 2..<4])
    #expect(places(UnicodeForm.nfc.normalize(text("é"))) == [0..<2, 0..<2])
  }

  @Test("the other forms decompose, by meaning too in those with a K")
  func forms() {
    let source = "\u{E9}\u{FB01}\u{AC01}\u{A0}\u{BD}"
    let forms: [(UnicodeForm, String)] = [
      (.nfd, "e\u{301}\u{FB01}\u{1100}\u{1161}\u{11A8}\u{A0}\u{BD}"),
      (.nfkd, "e\u{301}fi\u{1100}\u{1161}\u{11A8} 1\u{2044}2"),
      (.nfkc, "\u{E9}fi\u{AC01} 1\u{2044}2"),
    ]
    for (form, expected) in forms {
      #expect(form.normalize(text(source)).bytes == Array(expected.utf8))
    }
    #expect(places(UnicodeForm.nfkd.normalize(text("a\u{FB01}b"))) == [0..<1, 1..<4, 1..<4, 4..<5])
    #expect(places(UnicodeForm.nfd.normalize(text("\u{E9}"))) == [0..<2, 0..<2, 0..<2])
  }

  @Test("Lowercase, StripAccents, Nmt and Prepend keep the places of what stays")
  func scalars() {
    let lower = Lowercase().normalize(text("\u{130}X\u{3A3}"))
    #expect(lower.bytes == Array("i\u{307}x\u{3C3}".utf8))
    #expect(places(lower) == [0..<2, 0..<2, 0..<2, 2..<3, 3..<5, 3..<5])
    let stripped = StripAccents().normalize(text("\u{301}e\u{301}\u{93E}x\u{E9}"))
    #expect(stripped.bytes == Array("ex\u{E9}".utf8))
    #expect(stripped.sourceRange(0..<2) == 2..<9)
    #expect(Nmt().normalize(text("a\u{1}\u{200B}b")).bytes == Array("a b".utf8))
    let prepended = Prepend(content: Array("\u{E9}_".utf8)).normalize(text("\u{4E2D}a"))
    #expect(prepended.bytes == Array("\u{E9}_\u{4E2D}a".utf8))
    #expect(places(prepended) == Array(repeating: 0..<3, count: 6) + [3..<4])
    #expect(Prepend(content: [0x5F]).normalize(text("")).bytes.isEmpty)
  }

  @Test("many marks take no more than sorting them")
  func manyMarks() {
    let marks = String(repeating: "\u{301}\u{323}", count: 20_000)
    #expect(UnicodeForm.nfc.normalize(text("a" + marks)).bytes.count == 80_001)
  }

  @Test("Replace gives what it puts in the place of the last scalar")
  func replace() {
    let spaces = Replace(pattern: .run(atLeast: 2, ofSpacesAlone: true), content: Array("__".utf8))
      .normalize(text("a   b c  "))
    #expect(spaces.bytes == Array("a__b c__".utf8))
    #expect(places(spaces) == [0..<1, 3..<4, 3..<4, 4..<5, 5..<6, 6..<7, 8..<9, 8..<9])
    let literal = Replace(pattern: .literal(Array("aa".utf8)), content: []).normalize(text("aaab"))
    #expect(literal.bytes == Array("ab".utf8))
  }

  @Test("Replace knows runs of white space, beside scalars of any length")
  func replaceRuns() throws {
    func replaced(_ expression: String) throws -> [UInt8] {
      let pattern = try #require(Replace.Pattern.regex(expression))
      return Replace(pattern: pattern, content: [0x5F]).normalize(
        text(" \u{4E2D} \u{3000}\u{E9}  ")
      ).bytes
    }
    #expect(try replaced(#"\s+"#) == Array("_\u{4E2D}_\u{E9}_".utf8))
    #expect(try replaced(#"\s{2,}"#) == Array(" \u{4E2D}_\u{E9}_".utf8))
    #expect(try replaced(" +") == Array("_\u{4E2D}_\u{3000}\u{E9}_".utf8))
    #expect(try replaced(" {2,}") == Array(" \u{4E2D} \u{3000}\u{E9}_".utf8))
    #expect(Replace.Pattern.regex("[ab]") == nil)
  }

  @Test("Strip takes white space from the ends that it is told of")
  func strip() {
    let spaced = text("\u{3000} a b\u{A0}\n")
    #expect(Strip(left: true, right: true).normalize(spaced).bytes == Array("a b".utf8))
    let left = Strip(left: true, right: false).normalize(spaced)
    #expect(left.bytes == Array("a b\u{A0}\n".utf8))
    #expect(left.sourceRange(0..<1) == 4..<5)
    #expect(Strip(left: true, right: true).normalize(text(" \n")).bytes.isEmpty)
  }

  private func words(_ stage: any PreTokenizer, _ source: String) -> [String] {
    let whole = text(source)
    let parts = whole.bytes.isEmpty ? [] : [0..<whole.bytes.count]
    let words = stage.preTokenize(Words(text: whole, ranges: parts))
    return words.ranges.map { String(decoding: words.text.bytes[$0], as: UTF8.self) }
  }

  @Test("Metaspace begins words with its character")
  func metaspace() {
    func stage(_ scheme: Metaspace.Scheme, splits: Bool = true) -> Metaspace {
      Metaspace(replacement: Array("▁".utf8), scheme: scheme, splits: splits)
    }
    #expect(words(stage(.always), "Hey  you▁x") == ["▁Hey", "▁", "▁you", "▁x"])
    #expect(words(stage(.always), " a") == ["▁a"])
    #expect(words(stage(.always), "▁a") == ["▁a"])
    #expect(words(stage(.never), "a b") == ["a", "▁b"])
    #expect(words(stage(.always, splits: false), "a b") == ["▁a▁b"])
    let split = PreTokenizerSequence(stages: [WhitespaceSplit(), stage(.always)])
    #expect(words(split, " a\u{85}b \u{3000}c ") == ["▁a", "▁b", "▁c"])
    let first = PreTokenizerSequence(stages: [WhitespaceSplit(), stage(.first)])
    #expect(words(first, "a b") == ["▁a", "b"])
    #expect(words(split, "").isEmpty)
  }

  /// The words are those of `tokenizers` 0.23.3.
  @Test("a pattern's matches go, stay, or join a neighbour")
  func patterns() {
    func cut(_ behavior: PatternSplit.Behavior, inverted: Bool = false) -> [String] {
      words(
        PatternSplit(
          pattern: .literal([0x2D]), behavior: behavior, isInverted: inverted), "-a--b-\u{E9}")
    }
    #expect(cut(.removed) == ["a", "b", "\u{E9}"])
    #expect(cut(.isolated) == ["-", "a", "-", "-", "b", "-", "\u{E9}"])
    #expect(cut(.mergedWithPrevious) == ["-", "a-", "-", "b-", "\u{E9}"])
    #expect(cut(.mergedWithNext) == ["-a", "-", "-b", "-\u{E9}"])
    #expect(cut(.contiguous) == ["-", "a", "--", "b", "-", "\u{E9}"])
    #expect(cut(.removed, inverted: true) == ["-", "-", "-", "-"])
    let digits = PatternSplit(pattern: .scalars(UnicodeTables.numerals), behavior: .contiguous)
    #expect(words(digits, "a12\u{BD}b") == ["a", "12\u{BD}", "b"])
  }

  @Test("Whitespace keeps words and signs apart")
  func whitespace() {
    #expect(
      words(Whitespace(), " it's_1\u{301} \u{3000}!? a") == ["it", "'", "s_1\u{301}", "!?", "a"])
    #expect(words(Whitespace(), " ").isEmpty)
  }

  @Test("clusters end where the annex says")
  func clusters() {
    func clusters(_ source: String) -> [String] {
      let bytes = Array(source.utf8)
      var found: [String] = []
      var index = 0
      while index < bytes.count {
        let end = GraphemeBreaks.shared.end(in: bytes, from: index)
        found.append(String(decoding: bytes[index..<end], as: UTF8.self))
        index = end
      }
      return found
    }
    #expect(clusters("a\r\n\rb").map(\.utf8.count) == [1, 2, 1, 1])
    #expect(clusters("e\u{301}\u{323}x").map(\.utf8.count) == [5, 1])
    #expect(clusters("\u{200B}\u{301}a").map(\.utf8.count) == [3, 2, 1])
    #expect(clusters("\u{600}ab").map(\.utf8.count) == [3, 1])
    #expect(clusters("\u{1100}\u{1161}\u{11A8}\u{1100}").map(\.utf8.count) == [9, 3])
    #expect(clusters("\u{1F1EB}\u{1F1F7}\u{1F1EB}").map(\.utf8.count) == [8, 4])
    #expect(clusters("\u{1F468}\u{200D}\u{1F469}\u{200D}a").map(\.utf8.count) == [14, 1])
    #expect(clusters("\u{915}\u{94D}\u{937}\u{915}").map(\.utf8.count) == [9, 3])
    let long = "a" + String(repeating: "\u{301}", count: 1000)
    #expect(clusters(long).count == 1)
  }
}
