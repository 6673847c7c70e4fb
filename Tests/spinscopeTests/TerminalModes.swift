/// The modes that a terminal is in after what was written to it.
///
/// Source: the control sequences of xterm, as far as SpinScope and ncurses write them.
struct TerminalModes: Equatable, CustomStringConvertible {
  /// Private modes that are on: 25 is the visible cursor, 7 the wrapping of lines.
  var on: Set<Int> = [7, 25]
  var hasApplicationKeypad = false
  /// Whether colours or attributes are set that the next text would have.
  var hasStyle = false

  /// As a terminal is when it is opened.
  static let fresh = TerminalModes()

  init() {}

  init(after bytes: [UInt8]) {
    var place = 0
    while place < bytes.count {
      defer { place += 1 }
      guard bytes[place] == 0x1B, place + 1 < bytes.count else { continue }
      place += 1
      switch bytes[place] {
      case UInt8(ascii: "="): hasApplicationKeypad = true
      case UInt8(ascii: ">"): hasApplicationKeypad = false
      case UInt8(ascii: "["):
        let start = place + 1
        while place + 1 < bytes.count {
          place += 1
          if 0x40...0x7E ~= bytes[place] { break }
        }
        guard start <= place else { break }
        apply(String(decoding: bytes[start...place], as: UTF8.self))
      default: break
      }
    }
  }

  private mutating func apply(_ sequence: String) {
    guard let last = sequence.last else { return }
    let numbers = sequence.dropLast().drop { $0 == "?" }.split(separator: ";").map { Int($0) ?? 0 }
    switch last {
    case "h" where sequence.hasPrefix("?"): on.formUnion(numbers)
    case "l" where sequence.hasPrefix("?"): on.subtract(numbers)
    case "m" where sequence.first != "?" && sequence.first != ">":
      hasStyle = !numbers.allSatisfy { [0, 39, 49].contains($0) }
    default: break
    }
  }

  var description: String {
    "on \(on.sorted()), keypad \(hasApplicationKeypad), style \(hasStyle)"
  }
}
