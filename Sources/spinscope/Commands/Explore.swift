import ArgumentParser
import Foundation

/// `spinscope`: the explorer, on a run or on a built-in demo.
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    // Every command names itself: found out from its type, each start would take a millisecond longer.
    commandName: "explore",
    abstract: "Open the explorer on a run; without one, on a built-in demo.")

  @OptionGroup var options: ExplorerOptions

  @Flag(help: "Print every action with its keys, as a keymap.toml to start from.")
  var printKeymap = false

  func run() throws {
    guard !printKeymap else { return try writeResult(Keymap.toml) }
    try options.explore()
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

  @Option(help: ArgumentHelp("Another run to hold this one against.", valueName: "run"))
  var against: String?

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
    if let against {
      state.look.views.run.against = CommandLine.absolutePath(against)
      // An address may say that it is the neuron's texts that are meant.
      state.look.views.run.isCompared = !state.look.views.neuron.isElsewhere
      if at == nil { state.place.tab = .run }
    }
  }
}
