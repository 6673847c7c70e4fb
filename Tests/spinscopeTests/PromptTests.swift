import Testing

@testable import spinscope

@Suite("Letters that spell a name")
struct PromptTests {
  @Test("come in its order, in any case, and count more in a row and at the starts of words")
  func order() throws {
    #expect(fuzzyScore("ns", "Next screen") != nil && fuzzyScore("tx", "Next screen") == nil)
    #expect(fuzzyScore("", "Map") != nil && fuzzyScore("NEXT  s", "Next screen") != nil)
    let (starts, inside) = (fuzzyScore("ns", "Next screen"), fuzzyScore("ex", "Next screen"))
    #expect(try #require(fuzzyScore("next", "Next screen")) > #require(starts))
    #expect(try #require(starts) > #require(inside))
  }

  @Test("are not looked for where somebody has pasted a book")
  func long() {
    let book = String(repeating: "a", count: 513)
    #expect(fuzzyScore(book, book) == nil && fuzzyScore(book + " ", "a") == nil)
    #expect(fuzzyScore(String(book.dropLast()), book) != nil)
  }
}
