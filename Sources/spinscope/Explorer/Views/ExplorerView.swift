import Probing
import Terminal

/// The whole screen as a function of state and size: tabs, a screen, the sentence, trust, hints.
struct ExplorerView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  /// Below this nothing useful fits.
  private static let smallest = Size(columns: 40, rows: 10)

  func frame(size: Size) -> ExplorerFrame {
    var frame = ExplorerFrame(canvas: Canvas(size: size, style: theme["text"]))
    guard size.columns >= Self.smallest.columns, size.rows >= Self.smallest.rows else {
      frame.canvas.write("SpinScope needs 40×10", x: 0, y: 0, style: theme["text"])
      return frame
    }
    let (header, belowHeader) = frame.canvas.rect.splitTop(1)
    let (footer, aboveFooter) = belowHeader.splitBottom(1)
    let (trust, aboveTrust) = aboveFooter.splitBottom(1)
    let (strip, body) = aboveTrust.splitBottom(size.rows >= 20 ? 4 : 3)
    HeaderView(state: state).draw(into: &frame, header)
    let screen = state.place.tab.view.init(state: state)
    screen.draw(into: &frame, body)
    SentenceStrip(state: state).draw(into: &frame, strip)
    FooterView(state: state).drawTrust(into: &frame, trust)
    FooterView(state: state).drawHints(into: &frame, footer)
    if state.helpIsShown {
      HelpView(state: state, meaning: screen.meaning).draw(into: &frame, body)
    }
    return frame
  }
}
