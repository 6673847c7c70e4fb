import ArgumentParser
import Foundation
import Probing
import Terminal

/// `spinscope`: the explorer, on a run or on a built-in demo.
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the explorer on a run; without one, on a built-in demo.")

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

  @Flag(help: "Print every action with its keys, as a keymap.toml to start from.")
  var printKeymap = false

  func validate() throws {
    if folder != nil, demo != nil {
      throw ValidationError("a run or --demo opens, not both; leave one out")
    }
  }

  func run() throws {
    guard !printKeymap else { return try writeResult(Keymap.toml) }
    let environment = ProcessInfo.processInfo.environment
    let settings = Settings(environment: environment)
    for warning in settings.warnings { standardError("spinscope: \(warning)") }
    let look = try lookOptions.look(settings: settings.theme)
    if folder == nil { try requireTerminal() }
    let builtIn = demo ?? .reviews
    let place = folder.map { URL(fileURLWithPath: $0) } ?? builtIn.run
    let opened =
      try folder == nil ? builtIn.open() : explaining { try Run(folder: place) }
    try requireTerminal()
    var state = ExplorerState(
      RunIndex(opened),
      ExplorerState.Options(
        themes: ThemeSource().names, keymap: settings.keymap,
        hasMouse: settings.mouse && !noMouse))
    if let session = Session.load(opened, environment: environment) { state.resume(session) }
    try view.apply(to: &state)
    if accessible {
      var spoken = SpokenExplorer(ExplorerRehearsal(state, folder: place))
      return try spoken.run()
    }
    try explore(state, folder: place, look, environment)
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
    Session(place: left.place, look: left.look).save(left.run, environment: environment)
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

/// What the explorer shows first.
struct ViewOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to show: an address such as A7.1203, or layer/A7.1203/mean/eta=0.4 as is printed on leaving.",
      valueName: "address"))
  var at: String?

  @Option(help: ArgumentHelp("The sentence to show.", valueName: "text"))
  var say: String?

  func apply(to state: inout ExplorerState) throws(Failure) {
    if let at {
      guard let view = ViewAddress(at, in: state) else {
        throw Failure(
          .usage,
          "--at \(shown(at)): expected a neuron, layer, screen or setting that this run has, such as "
            + "neuron/\(state.address)/eta=0.4")
      }
      state.place = view.place
      state.look = view.look
    }
    if let say { state.look.sentence = TextField(say) }
  }
}
