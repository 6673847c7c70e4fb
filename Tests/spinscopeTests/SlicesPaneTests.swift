import Probing
import Terminal
import Testing

@testable import spinscope

@Suite("Where the head errs more than elsewhere")
struct SlicesPaneTests {
  @Test("slices are of validation, and ⏎ lists the texts of one")
  func open() throws {
    let state = try TinyRun.state("6wj")
    let slices = try #require(state.slices)
    #expect(slices.texts == state.run.places(of: .validation).count)
    let opened = try TinyRun.state("6wj<Enter>")
    #expect(opened.look.views.texts.slice == nil && opened.place.tab == .texts)
    #expect(opened.selection?.places.count == slices.slices[1].inside.n)
    #expect(opened.selection?.score.accuracy == slices.slices[1].inside.accuracy)
  }

  @Test("w and Esc go back to the texts, and the address opens the slices again")
  func back() throws {
    #expect(try TinyRun.state("6ww").look.views.texts.slice == nil)
    let left = try TinyRun.state("6w<Esc>")
    #expect(left.look.views.texts.slice == nil && left.place.tab == .texts)
    let state = try TinyRun.state("6w")
    let address = ViewAddress(state).address
    #expect(ViewAddress(address, in: try TinyRun.state())?.look.views.texts.slice == 0)
  }

  @Test("how many would be found by luck is said")
  func luck() throws {
    let state = try TinyRun.state("6w")
    let screen = try TinyRun.screen("6w", .init(columns: 120, rows: 40)).text
    let count = try #require(state.slices).slices.count
    #expect(screen.contains("of \(count) slices luck gives about"))
    #expect(SlicesPane(state: state).table.rows.count == count)
  }
}
