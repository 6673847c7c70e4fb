public import StrictJSON

/// Changes of a JSON text's values; what comes out is JSON again.
enum JSONMutation {
  /// Changes one value, if the bytes are JSON; what takes its place may come from another file.
  static func changed(_ bytes: [UInt8], from other: [UInt8], _ random: inout Mutator) -> [UInt8]? {
    guard let json = try? JSON.parse(bytes) else { return nil }
    let donor = (try? JSON.parse(other)) ?? json
    let count = json.valueCount
    let donorCount = donor.valueCount
    var target = random.below(count)
    let kind = random.below(12)
    let other = donor.value(random.below(donorCount)) ?? .null
    let value = random.pick(values)
    // Of the same kind, a value gets further into the program.
    let like = (0..<20).map { _ in donor.value(random.below(donorCount)) ?? .null } + values
    let step = random.below(2) * 2 - 1
    let changed = json.replacing(&target) { old in
      switch kind {
      case 0: []
      case 1: [old, old]
      case 2: [other]
      case 3: [.array([old])]
      case 4: Array(repeating: old, count: 40)
      case 5: [value]
      case 6, 7: [old.nudged(by: step)]
      default: [like.first { $0.isLike(old) && $0 != old } ?? value]
      }
    }
    return (changed.first ?? .null).bytes
  }

  private static let values: [JSON] = [
    .null, .bool(true), .bool(false), .integer(0), .integer(-1), .integer(1), .integer(2),
    .integer(7), .integer(100_000), .integer(1 << 31), .integer(1 << 62), .integer(.max),
    .integer(.min), .number(0.5), .number(1e30), .number(-1e300), .number(.leastNonzeroMagnitude),
    .string([]),
    .string([0x61]), .string([0]), .string(Array("\u{E9}".utf8)),
    .string(Array(repeating: 0x61, count: 5000)), .array([]), .object([]), .array([.integer(1)]),
  ]
}

extension JSON {
  /// Itself and all values in it.
  fileprivate var valueCount: Int {
    switch self {
    case .array(let values): values.reduce(1) { $0 + $1.valueCount }
    case .object(let members): members.reduce(1) { $0 + $1.value.valueCount }
    default: 1
    }
  }

  /// A value by its number, this one's being 0.
  fileprivate func value(_ number: Int) -> JSON? {
    var found: JSON?
    var target = number
    _ = replacing(&target) { value in
      found = value
      return [value]
    }
    return found
  }

  /// This value with one in it changed into none, one or several; a member of an object keeps its
  /// key.
  fileprivate func replacing(_ target: inout Int, _ change: (JSON) -> [JSON]) -> [JSON] {
    target -= 1
    if target == -1 { return change(self) }
    switch self {
    case .array(let values):
      return [.array(values.flatMap { $0.replacing(&target, change) })]
    case .object(let members):
      let changed = members.flatMap { member in
        member.value.replacing(&target, change).map { value in
          var member = member
          member.value = value
          return member
        }
      }
      return [.object(changed)]
    default:
      return [self]
    }
  }

  fileprivate func isLike(_ other: JSON) -> Bool {
    switch (self, other) {
    case (.bool, .bool), (.integer, .integer), (.number, .number), (.string, .string),
      (.array, .array), (.object, .object):
      true
    default: false
    }
  }

  /// A number a little larger or smaller, a string with a character more or less.
  fileprivate func nudged(by step: Int) -> JSON {
    switch self {
    case .integer(let value): .integer(value &+ step)
    case .number(let value): .number(value * Double(2 + step))
    case .string(let bytes):
      .string(
        step > 0 ? bytes + [0x61] : Array(String(decoding: bytes, as: UTF8.self).dropLast().utf8))
    case .bool(let value): .bool(!value)
    default: self
    }
  }

  /// The value as text; numbers that are not finite do not occur.
  public var bytes: [UInt8] {
    switch self {
    case .null: Array("null".utf8)
    case .bool(let value): Array("\(value)".utf8)
    case .integer(let value): Array("\(value)".utf8)
    case .number(let value): Array("\(value)".utf8)
    case .string(let bytes): Self.quoted(bytes)
    case .array(let values): [0x5B] + values.map(\.bytes).joined(separator: [0x2C]) + [0x5D]
    case .object(let members):
      [0x7B]
        + members.map { Self.quoted($0.key) + [0x3A] + $0.value.bytes }.joined(separator: [0x2C])
        + [0x7D]
    }
  }

  private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    Array(StrictJSON.quoted(String(decoding: bytes, as: UTF8.self)).utf8)
  }
}
