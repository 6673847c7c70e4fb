import ArgumentParser
import Probing

/// The command line: `spinscope` and its subcommands.
struct SpinScope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spinscope",
    abstract: "Explore the inside of a language model that is used as a text classifier.",
    discussion: """
      SpinScope runs the SPIN method (Jiao et al., Findings of ACL 2024): linear probes find the \
      few neurons of every layer that carry the answer, and a small head on those neurons \
      classifies. Without a command it opens the explorer on the built-in demo.
      """,
    version: spinscopeVersion,
    subcommands: [
      Explore.self, Tour.self, Fit.self, Classify.self, Explain.self, Report.self, Compare.self,
      Trace.self,
      Tokenize.self, Inspect.self, Fetch.self, Screenshot.self, Bench.self,
    ],
    defaultSubcommand: Explore.self)
}
