import Terminal
import Testing

struct KeyNotationTests {
  @Test func `keys are read from text`() throws {
    #expect(
      try KeyNotation.parse("jj<Enter><C-p>abc<Esc>") == [
        .character("j"), .character("j"), .enter, .control("p"), .character("a"), .character("b"),
        .character("c"), .escape,
      ])
    #expect(
      try KeyNotation.parse("<S-Tab><F10><lt><A-b><PageUp> <space>é") == [
        .backTab, .function(10), .character("<"), .alt("b"), .pageUp, .character(" "),
        .character(" "), .character("é"),
      ])
    #expect(try KeyNotation.parse("a<b") == [.character("a"), .character("<"), .character("b")])
    #expect(try KeyNotation.parse("<>\n") == [.character("<"), .character(">"), .enter])
    #expect(try KeyNotation.parse("").isEmpty)
  }

  @Test func `an unknown name is an error that names it`() throws {
    let error = #expect(throws: KeyNotationError.self) { try KeyNotation.parse("x<Entr>") }
    #expect(error?.name == "Entr")
    #expect(error?.description.contains("<Entr>") == true)
  }

  @Test func `what is printed is read back`() throws {
    let keys: [Key] = [
      .character("a"), .character("<"), .character(">"), .character(" "), .enter, .escape, .tab,
      .backTab, .backspace, .delete, .up, .down, .left, .right, .pageUp, .pageDown, .home, .end,
      .control("p"), .control("a"), .alt("b"), .function(1), .function(12), .character("日"),
    ]
    #expect(try KeyNotation.parse(KeyNotation.print(keys)) == keys)
    for key in keys { #expect(!key.label.isEmpty) }
  }

  @Test func `labels are short`() {
    #expect(Key.enter.label == "⏎")
    #expect(Key.control("p").label == "^P")
    #expect(Key.up.label == "↑")
    #expect(Key.escape.label == "Esc")
  }
}
