import Probing
import Terminal

/// The whole screen as a function of state and size: tabs, a screen, the sentence, trust, hints.
struct ExplorerView {
  let state: ExplorerState

  private var theme: Theme { state.theme }

  /// Below this nothing useful fits.
  private static let smallest = Size(columns: 40, rows: 10)

  func frame(size: Size) -> ExplorerFrame {
    var frame = drawn(size: size)
    frame.canvas.restrict(to: theme.glyphs)
    return frame
  }

  private func drawn(size: Size) -> ExplorerFrame {
    var frame = ExplorerFrame(canvas: Canvas(size: size, style: theme["text"]))
    guard size.columns >= Self.smallest.columns, size.rows >= Self.smallest.rows else {
      frame.canvas.write("SpinScope needs 40×10", x: 0, y: 0, style: theme["text"])
      return frame
    }
    let (header, belowHeader) = frame.canvas.rect.splitTop(1)
    let (footer, aboveFooter) = belowHeader.splitBottom(1)
    HeaderView(state: state).draw(into: &frame, header)
    if let step = state.tourStep {
      draw(TourView(state: state, step: step), into: &frame, belowHeader, footer)
      return frame
    }
    // Where every row counts, what the numbers rest on waits, and the sentence has one row.
    let (trust, aboveTrust) = aboveFooter.splitBottom(size.rows >= 14 ? 1 : 0)
    let screen = state.place.tab.view.init(state: state)
    // What `?` says takes the place of the sentence.
    let brief = state.help == .brief ? BriefView(state: state, brief: screen.brief) : nil
    let rows = size.rows >= 20 ? 4 : size.rows >= 14 ? 3 : 1
    let (strip, body) = aboveTrust.splitBottom(max(rows, brief?.height(size) ?? 0))
    screen.draw(into: &frame, body)
    if let brief {
      brief.draw(into: &frame, strip)
    } else {
      SentenceStrip(state: state).draw(into: &frame, strip)
    }
    let last = FooterView(state: state)
    last.drawHints(into: &frame, footer)
    last.drawTrust(into: &frame, trust.isEmpty && state.notice != nil ? footer : trust)
    drawAbove(&frame, screen, aboveTrust, footer)
    return frame
  }

  /// What lies above a screen while it is open.
  private func drawAbove(
    _ frame: inout ExplorerFrame, _ screen: any ScreenView, _ body: Rect, _ footer: Rect
  ) {
    if state.help == .whole {
      HelpView(state: state, meaning: screen.meaning).draw(into: &frame, body)
    }
    if let prompt = state.prompt {
      PromptView(state: state, prompt: prompt).draw(into: &frame, above: footer)
    }
  }

  /// The same with the tour at its foot, which takes the place of the line of trust and, where there
  /// is little room, of the sentence and the hints.
  private func draw(
    _ tour: TourView, into frame: inout ExplorerFrame, _ area: Rect, _ footer: Rect
  ) {
    let size = frame.canvas.size
    let hasHints = size.rows >= 16
    let (text, above) = area.splitBottom(tour.height(size) + (hasHints ? 1 : 0))
    let hasStrip = above.height >= 18 || tour.step.panes.contains("Sentence")
    let (strip, body) = above.splitBottom(hasStrip ? (above.height >= 12 ? 4 : 3) : 0)
    let screen = state.place.tab.view.init(state: state)
    screen.draw(into: &frame, body)
    if hasStrip { SentenceStrip(state: state).draw(into: &frame, strip) }
    tour.light(&frame.canvas)
    if state.help == .brief {
      let brief = BriefView(state: state, brief: screen.brief)
      brief.draw(into: &frame, above.splitBottom(min(above.height, brief.height(size))).bottom)
    }
    tour.draw(into: &frame, hasHints ? text.splitBottom(1).rest : text)
    if hasHints { FooterView(state: state).drawHints(into: &frame, footer) }
    drawAbove(&frame, screen, body, footer)
  }
}
