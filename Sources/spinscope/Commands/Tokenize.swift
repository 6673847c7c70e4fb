import ArgumentParser
import Foundation
import Probing
import StrictJSON
import Tokenizers
import Transformers

/// `spinscope tokenize`: ids, tokens and byte offsets.
struct Tokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Show the tokens of texts: ids, pieces and byte offsets.",
    discussion: """
      All tokens are shown; where a model would cut a text, standard error says so. Text that \
      spells a special token, such as [SEP] or </s>, gets that token's id, as in transformers.
      """)

  @Argument(help: "A model folder, or a name that fetch knows.")
  var model: String

  @Argument(help: "Texts, or - for lines of standard input.")
  var texts: [String]

  @Flag(help: "One JSON object a line.")
  var json = false

  func run() throws {
    let texts = try inputTexts(self.texts)
    let folder = try ModelFetcher().locate(model)
    let tokenizer = try explaining { try Tokenizer(folder: folder) }
    let limit = (try? modelShape(folder: folder))?.maxTokens ?? tokenizer.maxLength ?? .max
    var (long, empty): ([String], [String]) = ([], [])
    for (number, text) in texts.enumerated() {
      let encoding = tokenizer.encode(text)
      if encoding.count > limit { long.append("\(number + 1)") }
      if encoding.ids.isEmpty { empty.append("\(number + 1)") }
      // An empty line between the tables of two texts.
      if number > 0, !json { try writeResult("") }
      try writeResult(json ? object(encoding) : table(encoding))
    }
    report(long, "longer than the \(grouped(limit)) tokens that the model reads")
    report(empty, "without a token for this model")
  }

  private func object(_ encoding: Encoding) -> String {
    let ids = encoding.ids.map(String.init).joined(separator: ", ")
    let tokens = encoding.tokens.map(quoted).joined(separator: ", ")
    let offsets = encoding.offsets.map { "[\($0.lowerBound), \($0.upperBound)]" }
      .joined(separator: ", ")
    return "{\"ids\": [\(ids)], \"tokens\": [\(tokens)], \"offsets\": [\(offsets)]}"
  }

  private func table(_ encoding: Encoding) -> String {
    if encoding.ids.isEmpty { return "no token" }
    return encoding.ids.indices.map { t in
      let range = encoding.offsets[t]
      return
        "\(encoding.ids[t])\t\(shown(encoding.tokens[t]))\t\(range.lowerBound)–\(range.upperBound)"
    }.joined(separator: "\n")
  }
}
