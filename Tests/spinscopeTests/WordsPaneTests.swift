import Probing
import Terminal
import Testing

@testable import spinscope

@Suite("Words by layers and by neurons")
struct WordsPaneTests {
  @Test("each neuron's column sums to what it contributes, and w goes back to layers")
  func columns() throws {
    let state = try TinyRun.state("5w")
    let explanation = try #require(state.explanation)
    #expect(explanation.attribution != .occlusion)
    for (neuron, words) in explanation.wordNeurons.enumerated() {
      #expect(abs(words.reduce(0, +) - explanation.contributions[neuron]) < 1e-5)
    }
    let screen = ExplorerView(state: state).frame(size: Size(columns: 120, rows: 40)).canvas.text
    #expect(screen.contains("Words × neurons") && screen.contains("\(state.address)"))
    #expect(try !TinyRun.state("5ww").look.views.sentence.showsNeurons)
  }

  @Test("with a maximum, the word that won is bright even without colour")
  func winner() throws {
    var state = try TinyRun.state("5w")
    var explanation = try #require(state.explanation)
    explanation.attribution = .maximum
    state.explanation = explanation
    let canvas = ExplorerView(state: state).frame(size: Size(columns: 120, rows: 40)).canvas
    let lit = canvas.rect.rows.flatMap { y in
      (62..<118).filter { canvas[$0, y].style.reverse && canvas[$0, y].style.bold }
    }
    #expect(!lit.isEmpty)
  }
}

extension Rect {
  fileprivate var rows: Range<Int> { y..<maxY }
}
