import Probing
import Terminal

/// The first row: the tabs, the way to where the cursor stands, and what is shown of it.
struct HeaderView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  func draw(into frame: inout ExplorerFrame, _ row: Rect) {
    let end = drawTabs(&frame, row)
    let shown = "\(state.pooling.rawValue) · η \(decimals(state.eta, 2))"
    let right = row.maxX - width(shown) - 1
    guard right > end else { return }
    frame.canvas.write(shown, x: right, y: row.y, style: theme["text.strong"])
    let path = clipped(breadcrumbs, to: max(0, right - end - 3))
    frame.canvas.write(path, x: right - width(path) - 3, y: row.y, style: theme["text.dim"])
  }

  /// All tabs by name where they fit; else the active one by name and the others by number.
  private func drawTabs(_ frame: inout ExplorerFrame, _ row: Rect) -> Int {
    let names = Tab.allCases.map { theme.glyphs.superscript($0.number) + $0.title }
    let all = names.reduce(1) { $0 + width($1) + 2 }
    var x = row.x + 1
    for (tab, name) in zip(Tab.allCases, names) {
      let isActive = tab == state.place.tab
      let text =
        all < row.width || isActive ? name : theme.glyphs.superscript(tab.number)
      let columns = frame.canvas.write(
        text, x: x, y: row.y, style: theme[isActive ? "tab.active" : "tab"])
      frame.onClick(Rect(x: x, y: row.y, width: columns + 1, height: 1), .showTab(tab))
      x += columns + (all < row.width ? 2 : 1)
    }
    return x
  }

  /// `minilm · reviews › A4 › A4.894`.
  private var breadcrumbs: String {
    let info = state.run.info
    let place = state.place
    return
      [
        "\(shown(info.model.name)) · \(shown(info.data.name))"
          + "", "\(place.address.layerAddress)", "\(place.address)",
      ].joined(separator: " › ")
  }
}
