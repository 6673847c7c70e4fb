import ArgumentParser
import Foundation
import Probing
import StrictJSON
import Tokenizers

/// `spinscope tokenize`: ids, tokens and byte offsets.
struct Tokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the tokens of texts: ids, pieces and byte offsets.")

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
    for text in texts {
      let encoding = tokenizer.encode(text)
      try writeResult(json ? object(encoding) : table(encoding))
    }
  }

  private func object(_ encoding: Encoding) -> String {
    let ids = encoding.ids.map(String.init).joined(separator: ", ")
    let tokens = encoding.tokens.map(quoted).joined(separator: ", ")
    let offsets = encoding.offsets.map { "[\($0.lowerBound), \($0.upperBound)]" }
      .joined(separator: ", ")
    return "{\"ids\": [\(ids)], \"tokens\": [\(tokens)], \"offsets\": [\(offsets)]}"
  }

  private func table(_ encoding: Encoding) -> String {
    encoding.ids.indices.map { t in
      let range = encoding.offsets[t]
      return
        "\(encoding.ids[t])\t\(shown(encoding.tokens[t]))\t\(range.lowerBound)–\(range.upperBound)"
    }.joined(separator: "\n")
  }
}
