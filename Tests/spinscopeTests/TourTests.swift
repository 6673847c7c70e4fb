import Foundation
import Probing
import Terminal
import Testing

@testable import spinscope

/// The tour, played without a terminal: whoever moves a key, a pane or a number is told here.
@Suite("The guided tour holds on every run")
struct TourTests {
  enum Kind: String, CaseIterable, Sendable {
    case twoClasses, severalClasses, withoutModel
  }

  private func rehearsal(_ kind: Kind, isPresenting: Bool = false) throws -> ExplorerRehearsal {
    var (run, folder) = (try TinyRun.run(), try TinyRun.whole.get())
    if kind == .severalClasses { (run, folder) = try SeveralClasses.made.get() }
    if kind == .withoutModel { run.info.model.path = "/nowhere" }
    var state = ExplorerState(RunIndex(run), ExplorerState.Options(theme: TinyRun.mono))
    state.tour.isPresenting = isPresenting
    return ExplorerRehearsal(state, folder: folder)
  }

  /// The keys of a step, as its user would press them.
  private func keys(_ state: ExplorerState) -> [Key] {
    guard let step = state.tourStep, let entry = state.tourEntry, let key = entry.keys.first else {
      return []
    }
    let typed = step.awaits.typing.flatMap { TourFacts(state).value($0) }
    return Array(repeating: key, count: step.awaits.times)
      + (typed.map { [.control("u"), .paste($0), .enter] } ?? [])
  }

  @Test("each step's key leads to its goal, and Space to the next", arguments: Kind.allCases)
  func play(kind: Kind) throws {
    var rehearsal = try rehearsal(kind)
    rehearsal.press(.character("T"))
    for number in TourSteps.all.indices {
      #expect(rehearsal.state.tour.step == number)
      #expect(!rehearsal.state.tour.isDone)
      let step = try #require(rehearsal.state.tourStep)
      let pressed = keys(rehearsal.state)
      #expect(kind == .withoutModel || step.id == "pooling" || !pressed.isEmpty, "\(step.id)")
      for key in pressed { rehearsal.press(key) }
      #expect(rehearsal.state.tour.isDone != pressed.isEmpty, "\(step.id)")
      rehearsal.press(.character(" "))
    }
    #expect(!rehearsal.state.tour.isShown)
    #expect(rehearsal.state.tour.step == 0)
  }

  @Test("every placeholder is filled from the run, before and after", arguments: Kind.allCases)
  func placeholders(kind: Kind) throws {
    var rehearsal = try rehearsal(kind)
    rehearsal.press(.character("T"))
    for step in TourSteps.all {
      check(step, step.before, rehearsal.state)
      for key in keys(rehearsal.state) { rehearsal.press(key) }
      if rehearsal.state.tour.isDone { check(step, step.after, rehearsal.state) }
      rehearsal.press(.character(" "))
    }
  }

  private func check(_ step: TourStep, _ sentences: [TourSentence], _ state: ExplorerState) {
    let facts = TourFacts(state)
    let due = sentences.filter { facts.holds($0.condition) || $0.otherwise != nil }
    let said = facts.sentences(step, isDone: state.tour.isDone).map(\.text)
    #expect(said.count == due.count, "\(step.id): \(said)")
    #expect(!said.isEmpty, "\(step.id)")
    for text in said {
      #expect(!text.contains("{") && !text.contains("}") && !text.contains("nan"), "\(text)")
      for sentence in text.split(separator: ". ") {
        #expect(sentence.split(separator: " ").count <= 30, "too long: \(sentence)")
      }
    }
  }

  @Test("there is a fact for every placeholder, and an action for every key")
  func names() {
    let known = Set(TourFacts.values.keys)
    let actions = Set(ActionTable.rows.flatMap(\.entries).map(\.id))
    for step in TourSteps.all {
      let texts = (step.before + step.after).flatMap { [$0.text, $0.otherwise ?? ""] }
      for name in (texts + [step.awaits.purpose]).flatMap(TourFacts.placeholders) {
        #expect(known.contains(name), "\(step.id): \(name)")
      }
      for action in step.awaits.actions { #expect(actions.contains(action), "\(step.id)") }
    }
    #expect(Set(TourSteps.all.map(\.id)).count == TourSteps.all.count)
    for condition in TourCondition.allCases where condition != .always {
      #expect(TourFacts.conditions[condition] != nil, "\(condition)")
    }
  }

  @Test(
    "the pane that a step speaks of is on the screen, and nothing lies over it",
    arguments: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)])
  func panes(size: Size) throws {
    var rehearsal = try rehearsal(.twoClasses)
    rehearsal.press(.character("T"))
    for step in TourSteps.all {
      #expect(isLit(rehearsal.state, size), "\(step.id)")
      for key in keys(rehearsal.state) { rehearsal.press(key) }
      if step.awaits.goal != .help { #expect(isLit(rehearsal.state, size), "\(step.id), after") }
      rehearsal.press(.character(" "))
    }
  }

  /// Whether all four corners of a marked frame are there.
  private func isLit(_ state: ExplorerState, _ size: Size) -> Bool {
    let text = ExplorerView(state: state).frame(size: size).canvas.lines.joined()
    return "┏┓┗┛".allSatisfy { corner in text.count { $0 == corner } == 1 }
  }

  @Test("other keys do what they always do; the step waits, and says how to come back")
  func wandering() throws {
    var rehearsal = try rehearsal(.twoClasses)
    for key in [Key.character("T"), .character("6")] { rehearsal.press(key) }
    #expect(rehearsal.state.place.tab == .texts)
    #expect(!rehearsal.state.tour.isDone)
    let lines = ExplorerView(state: rehearsal.state).frame(size: Size(columns: 80, rows: 24))
      .canvas.lines
    #expect(lines.contains { $0.contains("1 comes back to Layers") })
    rehearsal.press(.character("2"))
    #expect(rehearsal.state.tour.isDone)
  }

  @Test("it can be left, gone on with, gone back in, and jumped into")
  func leaving() throws {
    var rehearsal = try rehearsal(.twoClasses)
    for key in "T  " { rehearsal.press(.character(key)) }
    #expect(rehearsal.state.tour.step == 2)
    rehearsal.press(.escape)
    #expect(!rehearsal.state.tour.isShown)
    #expect(rehearsal.state.notice?.contains("3/") == true)
    rehearsal.press(.character("T"))
    #expect(rehearsal.state.tour.isShown && rehearsal.state.tour.step == 2)
    rehearsal.press(.character("b"))
    #expect(rehearsal.state.tour.step == 1)
    for key in [Key.character(":"), .paste("tour 5"), .enter] { rehearsal.press(key) }
    #expect(rehearsal.state.tour.step == 4)
    for key in [Key.character(":"), .paste("tour"), .enter] { rehearsal.press(key) }
    #expect(!rehearsal.state.tour.isShown)
  }

  @Test("a session remembers the step, and one without it is still read")
  func session() throws {
    let state = try TinyRun.state("T   ")
    let session = Session(place: state.place, look: state.look, tour: state.tour.step)
    let data = try JSONEncoder().encode(session)
    var other = try TinyRun.state()
    other.resume(try JSONDecoder().decode(Session.self, from: data))
    #expect(other.tour.step == 3 && !other.tour.isShown)
    var fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    fields["tour"] = nil
    let old = try JSONSerialization.data(withJSONObject: fields)
    #expect(try JSONDecoder().decode(Session.self, from: old).tour == nil)
  }

  @Test("with a class Space alone goes through all of it", arguments: Kind.allCases)
  func presenting(kind: Kind) throws {
    var rehearsal = try rehearsal(kind, isPresenting: true)
    rehearsal.press(.character("T"))
    var (presses, seen) = (0, Set<String>())
    while let step = rehearsal.state.tourStep, presses < 40 {
      if rehearsal.state.tour.isDone { seen.insert(step.id) }
      rehearsal.press(.character(" "))
      presses += 1
    }
    #expect(!rehearsal.state.tour.isShown)
    #expect(kind == .withoutModel || seen.count >= TourSteps.all.count - 1, "\(seen)")
  }

  @Test("what moves comes to rest at once where a key is pressed, and never moves without leave")
  func motion() throws {
    let run = RunIndex(try TinyRun.run())
    var still = ExplorerState(run)
    _ = still.update(.tour(.toggle))
    #expect(!still.tour.isMoving)
    var state = ExplorerState(run, ExplorerState.Options(hasMotion: true))
    _ = state.update(.tour(.toggle))
    #expect(state.tour.isMoving && state.tour.shown == 0)
    for _ in 0..<Int(TourState.pictures) + 1 { _ = state.update(.tour(.tick)) }
    #expect(!state.tour.isMoving && state.tour.shown == 1)
    _ = state.update(.tour(.next))
    #expect(state.tour.isMoving)
    _ = state.update(.moveRow(1))
    #expect(!state.tour.isMoving)
  }

  @Test("it is drawn at every size, and the text never covers the whole screen")
  func sizes() throws {
    for isPresenting in [false, true] {
      var rehearsal = try rehearsal(.twoClasses, isPresenting: isPresenting)
      rehearsal.press(.character("T"))
      for _ in TourSteps.all {
        let step = try #require(rehearsal.state.tourStep)
        for size in [(40, 10), (47, 13), (60, 16), (80, 24), (120, 40), (200, 60)] {
          let size = Size(columns: size.0, rows: size.1)
          let frame = ExplorerView(state: rehearsal.state).frame(size: size)
          #expect(frame.canvas.lines.allSatisfy { width($0) == size.columns })
          #expect(
            TourView(state: rehearsal.state, step: step).height(size) <= size.rows * 7 / 10)
        }
        rehearsal.perform(.tour(.step(rehearsal.state.tour.step + 1)))
      }
    }
  }
}

/// A small run of six classes, fitted once on questions of the demo.
enum SeveralClasses {
  /// Every fifth question, of all classes and splits.
  static func questions() throws -> [UInt8] {
    let lines = String(decoding: Demo.questions.csv, as: UTF8.self).split(separator: "\n")
    let some =
      [lines[0]] + lines.dropFirst().enumerated().filter { $0.offset % 5 == 0 }.map(\.element)
    return Array(some.joined(separator: "\n").utf8)
  }

  static let made = Result { () throws -> (Run, URL) in
    let folder = try scratch()
    let source = DataSource(files: ["questions.csv"])
    let data = try source.read(try questions(), named: "questions")
    let output = folder.appendingPathComponent("questions.spin")
    var settings = FitSettings()
    settings.selections = [.eta(0.2), .eta(0.6)]
    let run = try RunMaker(
      folder: TinyRun.fixtures.appendingPathComponent("models/tiny-bert"), modelName: "tiny-bert",
      dataName: "questions", source: source, data: data, output: output, settings: settings,
      halves: 0
    ).make(report: { _ in })
    return (run, output)
  }
}
