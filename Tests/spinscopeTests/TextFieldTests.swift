import Testing

@testable import spinscope

@Suite("The sentence is edited as in a shell")
struct TextFieldTests {
  private func edited(_ text: String, _ change: (inout TextField) -> Void) -> TextField {
    var field = TextField(text)
    change(&field)
    return field
  }

  @Test("characters go in at the caret")
  func insert() {
    let field = edited("ab") {
      $0.move(by: -1)
      $0.insert("é!")
    }
    #expect(field.text == "aé!b")
    #expect(field.caret == 3)
  }

  @Test("pasted line ends become spaces")
  func paste() {
    #expect(edited("") { $0.insert("a\nb\r\nc") }.text == "a b c")
  }

  @Test("words, line starts and line ends are removed")
  func remove() {
    #expect(edited("one two  ") { $0.deleteWord() }.text == "one ")
    #expect(edited("one") { $0.deleteToStart() } == TextField(""))
    #expect(
      edited("one") {
        $0.moveToStart()
        $0.deleteToEnd()
      }.text.isEmpty)
    #expect(edited("") { $0.deleteBackward() }.text.isEmpty)
    #expect(edited("👩‍👧x") { $0.deleteBackward() }.text == "👩‍👧")
  }

  @Test("what joins into one character is typed and removed without a slip")
  func joining() {
    for letters in ["हिन्दी", "e\u{301}a\u{308}", "🇩🇪🇫🇷", "👩‍👩‍👧"] {
      var field = TextField()
      for scalar in letters.unicodeScalars {
        field.insert(String(scalar))
        #expect(field.caret == field.text.count)
        field.move(by: -1)
        field.insert("x")
        field.deleteBackward()
        field.moveToEnd()
      }
      #expect(Array(field.text.unicodeScalars) == Array(letters.unicodeScalars))
      for _ in 0..<20 { field.deleteBackward() }
      #expect(field == TextField())
    }
  }

  @Test("a huge paste is cut")
  func huge() {
    #expect(edited("") { $0.insert(String(repeating: "x", count: 100_000)) }.text.count == 20_000)
  }
}
