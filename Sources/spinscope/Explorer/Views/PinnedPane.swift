import Probing
import Terminal

/// A sentence held against the pinned one.
struct PinnedPane {
  let state: ExplorerState
  let explanation: Explanation
  let pinned: Explanation

  private var theme: Theme { state.theme }
  private var index: RunIndex { state.index }

  /// The difference of two logits, neuron by neuron: it sums exactly, for both share base and weights.
  func draw(into canvas: inout Canvas, _ area: Rect) {
    guard area.height > 2 else { return }
    let inner = canvas.box(
      area, title: "Pinned", subtitle: "“\(shown(pinned.text))”", trailing: "P unpins", theme: theme
    ).insetBy(dx: 1, dy: 0)
    guard pinned.explained == explanation.explained else {
      canvas.write(
        clipped(
          "speaks of \(index.label(pinned.explained)): not of the same logit", to: inner.width),
        x: inner.x, y: inner.y, style: theme["warn"])
      return
    }
    let differences = zip(explanation.contributions, pinned.contributions).map { $0 - $1 }
    let gap = explanation.logit - pinned.logit
    let rest = abs(gap - differences.reduce(0, +))
    canvas.write(
      clipped(
        "logit \(signed(pinned.logit)), now \(signed(explanation.logit)): \(signed(gap)), of which",
        to: inner.width), x: inner.x, y: inner.y, style: theme["text.strong"])
    let order = differences.indices.filter { abs(differences[$0]) > 1e-9 }
      .sorted { abs(differences[$0]) > abs(differences[$1]) }
    for (row, place) in order.prefix(max(0, inner.height - 2)).enumerated() {
      let word = explanation.strongestWords[place].map {
        " ‹\(sanitized(explanation.words[$0].text))›"
      }
      let before = pinned.strongestWords[place].map {
        " was ‹\(sanitized(pinned.words[$0].text))›"
      }
      let value = differences[place]
      canvas.write(
        clipped(
          padded("\(index.run.head.neurons[place])", to: 10)
            + padded(signed(value), to: 7, alignment: .right) + " \(word ?? "")\(before ?? "")",
          to: inner.width),
        x: inner.x, y: inner.y + 1 + row,
        style: theme[value < 0 ? "token.negative" : "token.positive"])
    }
    guard inner.height >= 2 else { return }
    let others = order.dropFirst(max(0, inner.height - 2))
    canvas.write(
      clipped(
        "\(grouped(others.count)) others \(signed(others.reduce(0) { $0 + differences[$1] })); "
          + "remainder \(remainder(rest))", to: inner.width),
      x: inner.x, y: inner.maxY - 1, style: theme["text.dim"])
  }
}
