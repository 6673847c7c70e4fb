import ArgumentParser

/// `spinscope tour`: the explorer with its guided tour.
struct Tour: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tour",
    abstract: "Be shown round, step by step, on a run; without one, on the built-in demo.",
    discussion: """
      The tour explains the SPIN method and what to do with it, in the explorer's own screens and \
      with the run's own numbers. It waits for the key that a step is about; Space goes on, b back, \
      T leaves. It is gone on with where it was left; in the explorer T does the same.
      """)

  @OptionGroup var options: ExplorerOptions

  @Flag(help: "For a class: larger, one pane at a time; Space does what a step waits for.")
  var present = false

  @Option(help: ArgumentHelp("The step to begin with, 1–\(TourState.steps.count).", valueName: "n"))
  var step: Int?

  func validate() throws {
    if let step, !(1...TourState.steps.count ~= step) {
      throw ValidationError("--step must be 1 … \(TourState.steps.count)")
    }
  }

  func run() throws {
    try options.explore { state in
      state.notice = nil
      state.tour.isPresenting = present
      // With a class one begins at the beginning.
      _ = state.update(.tour(.step(step.map { $0 - 1 } ?? (present ? 0 : state.tour.step))))
    }
  }
}
