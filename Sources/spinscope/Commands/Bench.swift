import ArgumentParser

/// `spinscope bench`: what this machine makes of SpinScope's parts.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how near SpinScope comes to what this machine can do.",
    subcommands: [MachineBench.self, ExtractBench.self, ProbeBench.self],
    defaultSubcommand: MachineBench.self)
}
