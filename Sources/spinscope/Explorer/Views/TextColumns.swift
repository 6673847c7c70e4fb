import Probing
import Terminal

/// The columns of the list of texts for some width: the least important are left out first.
struct TextColumns {
  struct Column {
    var name: String
    var key: TextQuery.SortKey?
    var x = 0
    var width: Int
    var alignment = Alignment.left
  }

  let all: [Column]

  init(width: Int, classes: [String], hasOther: Bool = false) {
    let label = min(max(5, classes.map { Terminal.width(shown($0)) }.max() ?? 5), 12)
    var columns = [
      Column(name: "label", key: .label, width: label),
      Column(name: "says", key: .predicted, width: label + 2),
      Column(name: "conf", key: .confidence, width: 5, alignment: .right),
    ]
    if hasOther { columns.insert(Column(name: "other", key: nil, width: label), at: 2) }
    if width >= 60 {
      columns.insert(Column(name: "id", key: .id, width: 5, alignment: .right), at: 0)
      columns.append(Column(name: "len", key: .length, width: 4, alignment: .right))
    }
    if width >= 72 { columns.append(Column(name: "split", key: .split, width: 6)) }
    var x = 0
    for place in columns.indices {
      columns[place].x = x
      x += columns[place].width + (place + 1 == columns.count ? 2 : 1)
    }
    all = columns + [Column(name: "text", key: nil, x: x, width: max(0, width - x))]
  }
}
