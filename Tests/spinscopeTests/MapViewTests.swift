import Terminal
import Testing

@testable import spinscope

@Suite("The map")
struct MapViewTests {
  private static let size = Size(columns: 120, rows: 40)

  /// What a press on a cell of the picture does.
  private func press(_ x: Int, _ y: Int, _ state: ExplorerState) -> ExplorerAction? {
    ExplorerView(state: state).frame(size: Self.size)
      .action(for: MouseEvent(action: .press, button: .left, x: x, y: y))
  }

  @Test("a click on a cell sets the cursor to the neuron that the cell shows; another goes into it")
  func click() throws {
    for keys in ["2", "2o", "2oo", "2s", "2++"] {
      var state = try TinyRun.state(keys)
      // The plot begins behind the border and the layers' names.
      for (x, y) in [(9, 2), (30, 6), (40, 9)] {
        guard case .point(let place)? = press(x, y, state) else {
          Issue.record("no neuron at \(x), \(y)")
          continue
        }
        #expect(place.representation == state.representation)
        _ = state.update(.point(place))
        #expect(state.place == place)
        guard case .point(let again)? = press(x, y, state) else { continue }
        // A zoomed window follows the cursor.
        if !keys.contains("+") { #expect(again == place) }
      }
    }
    var state = try TinyRun.state("2")
    _ = state.update(.point(state.place))
    #expect(state.place.tab == .neuron)
  }

  @Test("brackets say where in the whole model the part that is seen lies, at every zoom")
  func minimap() throws {
    var frame = ExplorerFrame(canvas: Canvas(size: Size(columns: 60, rows: 10)))
    let weights = (0..<12).map { layer in (0..<500).map { Float($0 == 40 * layer ? 1 : 0) } }
    let mini = Minimap(
      state: try TinyRun.state("2"), weights: weights, neurons: 250..<375, layers: 4..<8, limit: 1)
    mini.draw(into: &frame, Rect(x: 0, y: 0, width: 60, height: 8))
    let lines = frame.canvas.lines
    #expect(lines[0].contains("A4–A7, 125 of 500 neurons"))
    // Six rows of two layers; the window is the third quarter of the neurons.
    let marked = (1...6).filter { lines[$0].contains("[") && lines[$0].contains("]") }
    #expect(marked == [3, 4])
    let row = Array(lines[3])
    let (left, right) = (row.firstIndex(of: "[") ?? 0, row.firstIndex(of: "]") ?? 0)
    #expect(left == 7 + 25 - 1 && (12...14).contains(right - left))
    #expect(lines[1].hasPrefix("│ A11"))

    var canvas = Canvas(size: Size(columns: 60, rows: 1))
    mini.drawRow(into: &canvas, Rect(x: 6, y: 0, width: 54, height: 1))
    let line = Array(canvas.lines[0])
    #expect(line.firstIndex(of: "[") == 6 + 26 - 1 && line.firstIndex(of: "]") == 6 + 39 + 1)
  }

  @Test("the whole model stands below the map where there is room")
  func wholeModel() throws {
    let whole = ExplorerView(state: try TinyRun.state("2")).frame(size: Self.size).canvas.text
    #expect(whole.contains("A0–A2, 37 of 37 neurons"))
  }

  @Test("by cluster every neuron stands once, clusters side by side, and a move goes to the next")
  func clusters() throws {
    let state = try TinyRun.state("2oo")
    let order = MapOrder(state)
    let clusters = try #require(order.clusters)
    for layer in 0..<3 {
      #expect(order.neurons(layer).sorted() == Array(0..<37))
      #expect(order.neurons(layer).starts(with: clusters.layers[layer].flatMap { $0 }))
      let weighed = state.index.probe(.activation, layer, .max)?.neurons.map(\.address.index) ?? []
      #expect(Set(clusters.arranged(layer)) == Set(weighed))
    }
    let moved = try TinyRun.state("2ool")
    #expect(MapOrder(moved).column == order.column + 1)
    #expect(try TinyRun.state("2ooo").look.views.map.order == .index)
  }
}
