import ArgumentParser

/// `spinscope bench`: what this machine makes of SpinScope's parts.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a part of SpinScope on this machine.",
    subcommands: [ProbeBench.self])
}
