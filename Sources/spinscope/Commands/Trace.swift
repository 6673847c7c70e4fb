import ArgumentParser
import Foundation
import StrictJSON
import Tokenizers
import Transformers

/// `spinscope trace`: every layer's hidden states and activations, token by token.
struct Trace: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Write hidden states and activations of every layer as safetensors.",
    discussion: """
      For text I (from 0) the file holds ids.I, hidden.L.I for L = 0 … blocks and activation.L.I \
      for L = 0 … blocks − 1; final.I behind a final norm; gate.L.I, up.L.I and product.L.I where \
      the feed-forward is gated; and the same under decoder. where a decoder follows, which reads \
      the text shifted right by one. Each is [tokens, width], F32. A text that is too long for the \
      model is cut at the end, and standard error says so.
      """)

  @Argument(help: "A model folder, or a name that fetch knows.")
  var model: String

  @Argument(help: "Texts, or - for lines of standard input.")
  var texts: [String]

  @Option(name: [.short, .customLong("output")], help: "The safetensors file to write.")
  var output: String

  func run() throws {
    let texts = try inputTexts(self.texts)
    let loaded = try LoadedModel(folder: ModelFetcher().locate(model))
    var writer = SafetensorsWriter(metadata: ["model": loaded.folder.lastPathComponent])
    let limit = loaded.tokenizer.limit(loaded.model.shape.maxTokens)
    var (cut, empty): ([String], [String]) = ([], [])
    for (number, text) in texts.enumerated() {
      let encoding = loaded.tokenizer.encode(text, maxLength: limit)
      if encoding.truncated { cut.append("\(number)") }
      if encoding.ids.isEmpty { empty.append("\(number)") }
      let recording = loaded.model.record(Batch([encoding.ids]))
      writer.add("ids.\(number)", ids: encoding.ids)
      for (site, matrix) in recording.values { writer.add("\(site.name).\(number)", matrix) }
    }
    report(cut, "cut at \(grouped(limit)) tokens")
    report(empty, "without a token for this model; its tensors have no rows")
    let whole = writer
    try writeFile(output) { try whole.write(to: $0) }
  }
}
