import ArgumentParser
import Foundation
import Probing
import Terminal

/// What the explorer is opened on, and how; shared by the commands that open it.
struct ExplorerOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A run folder, NAME.spin. Default: a demo, made on its first start.", valueName: "run"))
  var folder: String?

  @Option(help: "The demo without a run: reviews (2 classes) or questions (6 classes).")
  var demo: Demo?

  @OptionGroup var view: ViewOptions
  @OptionGroup var lookOptions: LookOptions

  @Flag(help: "Plain sentences instead of a screen: for screen readers, and to be piped.")
  var accessible = false

  @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
  var noMouse = false

  @Flag(name: .customLong("no-animation"), help: "Nothing moves; NO_MOTION=1 says the same.")
  var noAnimation = false

  func validate() throws {
    if folder != nil, demo != nil {
      throw ValidationError("a run or --demo opens, not both; leave one out")
    }
  }

  /// Opens the explorer, and stays until it is left.
  ///
  /// `begin` changes how it begins, after what the session and the options say.
  func explore(_ begin: (inout ExplorerState) -> Void = { _ in }) throws {
    let environment = ProcessInfo.processInfo.environment
    let settings = Settings(environment: environment)
    for warning in settings.warnings { standardError("spinscope: \(warning)") }
    let look = try lookOptions.look(settings: settings.theme)
    if folder == nil { try requireTerminal() }
    let builtIn = DemoRun(demo ?? .reviews, environment: environment)
    let place = folder.map { URL(fileURLWithPath: $0) } ?? builtIn.folder
    let opened = try folder == nil ? open(builtIn) : openedRun(place)
    try requireTerminal()
    var state = ExplorerState(RunIndex(opened), options(settings, beside: place, environment))
    let session = Session.load(opened, environment: environment)
    if let session { state.resume(session) }
    state.notice = greeting(session, state)
    try view.apply(to: &state)
    begin(&state)
    if accessible {
      var spoken = SpokenExplorer(ExplorerRehearsal(state, folder: place))
      return try spoken.run()
    }
    try explore(state, folder: place, look, environment)
  }

  private func options(
    _ settings: Settings, beside place: URL, _ environment: [String: String]
  ) -> ExplorerState.Options {
    let isStill = noAnimation || !(environment["NO_MOTION"] ?? "").isEmpty || accessible
    return ExplorerState.Options(
      themes: ThemeSource().names, keymap: settings.keymap,
      hasMouse: settings.mouse && !noMouse, hasMotion: settings.motion && !isStill,
      runsBeside: RunsCompared.beside(place))
  }

  /// What a first start says, and one whose tour was left.
  private func greeting(_ session: Session?, _ state: ExplorerState) -> String? {
    if session == nil {
      return "New here? T shows in \(TourState.steps.count) steps what this is; ? explains a screen"
    }
    return state.tour.step > 0 ? "T goes on with the tour at \(state.tour.position)" : nil
  }

  /// Opens the demo, or makes it and shows how far that is.
  private func open(_ demo: DemoRun) throws(Failure) -> Run {
    let line = ProgressLine()
    defer { line.finish() }
    func note(_ text: String) {
      line.finish()
      standardError(text)
    }
    return try demo.open(report: { line.show($0) }, note: note)
  }

  /// Runs the explorer, keeps where it was left, and says how to come back.
  private func explore(
    _ state: ExplorerState, folder place: URL, _ look: Look, _ environment: [String: String]
  ) throws {
    let end = try MainActor.assumeIsolated { () throws(Failure) -> ExplorerApp.End in
      var app = try ExplorerApp(state, folder: place, look: look)
      return app.run()
    }
    let left = end.state
    Session(
      place: left.place, look: left.look, tour: left.tour.step > 0 ? left.tour.step : nil,
      sentences: left.sentences.all
    ).save(left.run, environment: environment)
    if let signal = end.signal { endProcess(bySignal: signal) }
    try writeResult(
      ViewAddress(left).command(run: folder ?? place.path, texts: left.run.texts))
  }

  /// Asked before the demo is made, and before the model is loaded.
  private func requireTerminal() throws(Failure) {
    guard accessible || isatty(FileHandle.standardOutput.fileDescriptor) == 1 else {
      throw Failure(
        .terminal,
        "the explorer needs a terminal; 'spinscope report' and 'spinscope screenshot' do not")
    }
  }
}
