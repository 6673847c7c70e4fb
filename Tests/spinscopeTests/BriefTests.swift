import Probing
import Terminal
import Testing

@testable import spinscope

@Suite("? explains the thing under the cursor")
struct BriefTests {
  private static let places = [
    "", "s", "o", "v", "jj", "2", "2oo", "2l", "3", "3o", "3oo", "3ooo", "3oooo", "3ooooo",
    "3oooooo",
    "3m", "4", "4j", "5", "5j", "5jlll", "6", "6jj", "6w", "6wj", "7", "7l", "7jl", "7jj", "7G",
    "i<C-u>", "5Pj", "2h",
  ]

  @Test("in two lines at 80 columns, wherever the cursor is", arguments: places)
  func lines(keys: String) throws {
    let state = try TinyRun.state(keys)
    let view = state.place.tab.view.init(state: state)
    let lines = wrapped(view.brief, to: 76)
    #expect(lines.count <= 2, "\(lines.joined(separator: "\n"))")
    #expect(!view.brief.isEmpty)
  }

  @Test("also where two runs are compared")
  func compared() throws {
    for keys in ["", "j", "G"] {
      let state = try TinyRun.compared(keys).state
      #expect(wrapped(state.place.tab.view.init(state: state).brief, to: 76).count <= 2)
    }
  }

  @Test("a second ? has every key, a third and Esc close, and the cursor moves meanwhile")
  func steps() throws {
    #expect(try TinyRun.state("?").help == .brief)
    #expect(try TinyRun.state("??").help == .whole)
    #expect(try TinyRun.state("???").help == .hidden)
    #expect(try TinyRun.state("?<Esc>").help == .hidden)
    #expect(try TinyRun.state("??<Esc>").help == .hidden)
    let (before, after) = (try TinyRun.state("?"), try TinyRun.state("?k"))
    #expect(after.help == .brief && after.layer != before.layer)
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)] {
      let text = ExplorerView(state: after).frame(size: size).canvas.text
      #expect(text.contains("\(after.address.layerAddress): a probe on it alone"))
    }
  }
}
