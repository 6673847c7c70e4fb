import Testing

@testable import spinscope

@Suite("Typed sentences can be come back to")
struct TypedSentencesTests {
  @Test("↑ goes to older ones, ↓ back to what was being typed, and the ends stay")
  func recall() throws {
    let typed = "i<C-u>one<Enter>i<C-u>two<Enter>i<C-u>dra"
    #expect(try TinyRun.state(typed + "<Up>").sentence.text == "two")
    #expect(try TinyRun.state(typed + "<Up><Up>").sentence.text == "one")
    #expect(try TinyRun.state(typed + "<Up><Up><Down><Down>").sentence.text == "dra")
    #expect(try TinyRun.state(typed + "<Down>").sentence.text == "dra")
    let first = try TinyRun.state().sentence.text
    #expect(try TinyRun.state(typed + "<Up><Up><Up><Up><Up>").sentence.text == first)
  }

  @Test("a sentence stands there once, the last place counts, and none is empty")
  func once() throws {
    var sentences = TypedSentences(["a", "b"])
    sentences.note("a")
    sentences.note("  ")
    #expect(sentences.all == ["b", "a"])
    for number in 0..<150 { sentences.note("\(number)") }
    #expect(sentences.all.count == 100 && sentences.all.last == "149")
  }

  @Test("a session keeps them")
  func session() throws {
    let left = try TinyRun.state("i<C-u>one<Enter>")
    var state = try TinyRun.state()
    state.resume(Session(place: left.place, look: left.look, sentences: left.sentences.all))
    #expect(state.sentences.all.last == "one")
  }
}
