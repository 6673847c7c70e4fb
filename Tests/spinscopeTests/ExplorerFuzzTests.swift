import Probing
import Tensors
import Terminal
import Testing

@testable import spinscope

@Suite("Whatever is pressed, at whatever size, answered whenever")
struct ExplorerFuzzTests {
  private static let keys =
    ActionTable.rows.flatMap { $0.entries.flatMap(\.keys) }.filter {
      ![.character("q"), .control("c")].contains($0)
    } + [.character("é"), .delete, .left, .paste("a\nb\u{1B}[31m"), .control("w"), .unknown]

  @Test("random keys at random sizes never trap, and the same state draws the same picture")
  func random() throws {
    var generator = SplitMix64(seed: 7)
    var state = try TinyRun.state()
    for _ in 0..<400 {
      guard let key = Self.keys.randomElement(using: &generator) else { continue }
      if let action = state.keymap.action(for: key, in: state) { _ = state.update(action) }
      let size = Size(
        columns: Int.random(in: 0...140, using: &generator),
        rows: Int.random(in: 0...50, using: &generator))
      let view = ExplorerView(state: state)
      let frame = view.frame(size: size)
      #expect(frame.canvas.size == size)
      let isRepeated = frame == view.frame(size: size)
      #expect(isRepeated, "\(size) \(state.place.tab)")
      let hasEscape = frame.canvas.text.contains("\u{1B}")
      #expect(!hasEscape)
      let isInside =
        frame.regions.allSatisfy { $0.rect.intersection(size.rect) == $0.rect || $0.rect.isEmpty }
        && frame.cursor.map { size.rect.contains(x: $0.x, y: $0.y) } ?? true
      #expect(isInside, "\(size) \(state.place.tab)")
      // Clicks anywhere do something that a place can follow.
      let event = MouseEvent(
        action: .press, button: .left, x: Int.random(in: 0...140, using: &generator),
        y: Int.random(in: 0...50, using: &generator))
      if let action = frame.action(for: event) { _ = state.update(action) }
      #expect(state.index.shape.contains(state.address))
    }
  }

  @Test("a screen draws nothing outside of its area", arguments: Tab.allCases)
  func outside(tab: Tab) throws {
    var generator = SplitMix64(seed: UInt64(tab.number))
    var states = try ["", "P", "i<C-u>", "sp"].map { try TinyRun.state("\(tab.number)\($0)") }
    if tab == .run { states.append(try TinyRun.compared().state) }
    for state in states {
      for _ in 0..<60 {
        let area = Rect(
          x: 3, y: 2, width: Int.random(in: 38...150, using: &generator),
          height: Int.random(in: 2...50, using: &generator))
        let size = Size(columns: area.width + 6, rows: area.height + 4)
        var frame = ExplorerFrame(canvas: Canvas(size: size))
        frame.canvas.fill(size.rect, with: "·")
        tab.view.init(state: state).draw(into: &frame, area)
        var stray: [String] = []
        for y in 0..<size.rows {
          for x in 0..<size.columns where !area.contains(x: x, y: y) {
            if frame.canvas[x, y] != Cell(text: "·") { stray.append("\(frame.canvas[x, y].text)") }
          }
        }
        #expect(stray.isEmpty, "\(area): \(stray.joined())")
      }
    }
  }

  /// An explorer whose engine answers late, in any order, and also what nobody wants any more.
  private struct Patient {
    var state: ExplorerState
    let work: EngineWork
    var generator: SplitMix64
    private var waiting: [(request: EngineRequest, ticket: Ticket)] = []
    private var known: [(request: EngineRequest, answer: ExplorerAction?)] = []

    init(_ state: ExplorerState, _ work: EngineWork, seed: UInt64) {
      (self.state, self.work, generator) = (state, work, SplitMix64(seed: seed))
    }

    mutating func perform(_ action: ExplorerAction) {
      for effect in state.update(action) {
        switch effect {
        case .ask(let request, let ticket): waiting.append((request, ticket))
        case .loadTheme(let name): perform(ThemeSource().action(loading: name))
        default: break
        }
      }
    }

    /// Answers one of the questions; false if none waits.
    mutating func answer() -> Bool {
      guard let place = waiting.indices.randomElement(using: &generator) else { return false }
      let (request, ticket) = waiting.remove(at: place)
      if case .answered(let answer, _)? = result(of: request) {
        perform(.answered(answer, ticket))
      } else {
        perform(.failed("no answer", ticket))
      }
      return true
    }

    private mutating func result(of request: EngineRequest) -> ExplorerAction? {
      if let found = known.first(where: { $0.request == request }) { return found.answer }
      let answer = work.result(of: request, Ticket(kind: request.kind, generation: 0))
      known.append((request, answer))
      return answer
    }
  }

  @Test(
    "answers in any order, late or unwanted, leave the picture of what is there now",
    arguments: 1...4)
  func lateAnswers(seed: UInt64) throws {
    let work = try TinyRun.work()
    let index = RunIndex(work.run)
    let options = ExplorerState.Options(theme: TinyRun.mono, themes: ThemeSource().names)
    var late = Patient(ExplorerState(index, options), work, seed: seed)
    late.perform(.modelReady)
    for _ in 0..<60 {
      guard let key = Self.keys.randomElement(using: &late.generator) else { continue }
      if let action = late.state.keymap.action(for: key, in: late.state) { late.perform(action) }
      if Int.random(in: 0..<3, using: &late.generator) == 0 { _ = late.answer() }
    }
    late.perform(.compare(try TinyRun.other.get().path))
    // One that makes no sense keeps the last selection, which is history.
    late.perform(.query("split:validation"))
    late.perform(.showTab(Tab.allCases[Int(seed) % 7]))
    while late.answer() {}

    // Another explorer that comes to the same place and look has asked for nothing else.
    var fresh = Patient(ExplorerState(index, options), work, seed: 0)
    (fresh.state.place, fresh.state.look) = (late.state.place, late.state.look)
    (fresh.state.isTyping, fresh.state.prompt) = (late.state.isTyping, late.state.prompt)
    (fresh.state.isQuerying, fresh.state.notice) = (late.state.isQuerying, late.state.notice)
    (fresh.state.theme, fresh.state.hasMouse) = (late.state.theme, late.state.hasMouse)
    fresh.state.tour = late.state.tour
    fresh.perform(.modelReady)
    while fresh.answer() {}
    for tab in Tab.allCases {
      late.perform(.showTab(tab))
      while late.answer() {}
      fresh.perform(.showTab(tab))
      while fresh.answer() {}
      let size = Size(columns: 120, rows: 40)
      let pictures = [late, fresh].map {
        ExplorerView(state: $0.state).frame(size: size).canvas.lines
      }
      for (a, b) in zip(pictures[0], pictures[1]) { #expect(a == b, "\(tab)") }
    }
  }
}
