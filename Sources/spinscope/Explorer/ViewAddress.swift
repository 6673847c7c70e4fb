import Foundation
import Probing

/// A view as one word: `layer/A7.1203/mean/eta=0.4`, for `--at`, the command line, and the line that
/// is printed on leaving.
///
/// Parts may stand in any order, and those that are missing keep what is there: `A7.1203` alone is
/// an address, and so is `map`.
struct ViewAddress: Sendable {
  var place: Place
  var look: Lens

  /// The view of a state.
  init(_ state: ExplorerState) { (place, look) = (state.place, state.look) }

  /// Reads an address; nil if a part of it is none, or names what the run has not.
  init?(_ text: String, in state: ExplorerState) {
    self.init(state)
    for part in text.split(separator: "/") {
      guard read(String(part), state) else { return nil }
    }
  }

  private mutating func read(_ part: String, _ state: ExplorerState) -> Bool {
    if let tab = Tab(name: part) {
      place.tab = tab
    } else if let pooling = Pooling(rawValue: part) {
      guard state.run.info.settings.poolings.contains(pooling) else { return false }
      look.pooling = pooling
    } else if let neuron = NeuronAddress(part) {
      guard state.index.shape.contains(neuron) else { return false }
      (place.representation, place.layer) = (neuron.representation, neuron.layer)
      place.neuron = neuron.index
    } else if let layer = NeuronAddress(part + ".0") {
      guard state.index.shape.contains(layer) else { return false }
      (place.representation, place.layer) = (layer.representation, layer.layer)
      let best = state.index.probe(layer.representation, layer.layer, look.pooling)?.neurons.first
      place.neuron = best?.address.index ?? 0
    } else {
      return readSetting(part, state)
    }
    return state.run.info.representations.contains(place.representation)
  }

  private mutating func readSetting(_ part: String, _ state: ExplorerState) -> Bool {
    let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
    guard pair.count == 2 else { return false }
    switch pair[0] {
    case "eta":
      guard let eta = Double(pair[1]), 0.01...1 ~= eta else { return false }
      look.eta = eta
    case "text":
      guard let text = Int(pair[1]), state.run.texts.indices.contains(text - 1) else {
        return false
      }
      place.text = text - 1
      look.sentence = TextField(state.run.texts[place.text].text)
    default: return look.views.read(pair[0], Self.decoded(pair[1]))
    }
    return true
  }

  /// `layer/A7.1203/mean/eta=0.40/text=12`.
  var address: String {
    let settings = look.views.settings.map { "\($0.name)=\(Self.encoded($0.value))" }
    return
      ([place.tab.name, "\(place.address)", look.pooling.rawValue, "eta=\(decimals(look.eta, 2))"]
      + (place.text > 0 ? ["text=\(place.text + 1)"] : []) + settings).joined(separator: "/")
  }

  /// With what would end the part or disturb a terminal as in URLs: `%2F`.
  private static func encoded(_ value: String) -> String {
    value.utf8.map { byte in
      byte < 0x20 || byte > 0x7E || "/%".utf8.contains(byte)
        ? String(format: "%%%02X", byte) : String(UnicodeScalar(byte))
    }.joined()
  }

  private static func decoded(_ value: String) -> String {
    value.removingPercentEncoding ?? value
  }

  /// The command that opens a run at this view.
  func command(run: String, texts: [LabelledText]) -> String {
    let run = quoted(run)
    var words = ["spinscope", "explore", run, "--at", quoted(address)]
    let text = texts.indices.contains(place.text) ? texts[place.text].text : ""
    if look.sentence.text != text { words += ["--say", quoted(look.sentence.text)] }
    if look.views.run.isCompared || look.views.neuron.isElsewhere,
      let other = look.views.run.against
    {
      words += ["--against", quoted(other)]
    }
    return words.joined(separator: " ")
  }

  /// As a shell takes it: in single quotes where it is more than letters.
  private func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789./_-=".unicodeScalars.contains($0))
    }
    return plain && !word.isEmpty
      ? word : "'" + shown(word).replacing("'", with: "'\\''") + "'"
  }
}
