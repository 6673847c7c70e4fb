/// A model of the Hugging Face hub at a revision: `gpt2`, `org/name` or `org/name@revision`.
struct HubModel: Sendable, Equatable {
  /// `name`, or `organisation/name`.
  var id: String
  /// A branch, a tag or a commit.
  var revision = "main"

  init(id: String) { self.id = id }

  /// Reads what a person types; nil if it cannot be a model of the hub.
  ///
  /// Source: the hub's own rule for names: letters, digits, `-`, `_` and `.`; 96 at most.
  init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    guard 1...2 ~= names.count, names.allSatisfy(Self.isName) else { return nil }
    id = String(parts[0])
    guard parts.count == 2 else { return }
    guard
      parts[1].split(separator: "/", omittingEmptySubsequences: false).allSatisfy(Self.isName)
    else { return nil }
    revision = String(parts[1])
  }

  private static func isName(_ name: Substring) -> Bool {
    1...96 ~= name.count && name.first != "." && name.first != "-" && !name.contains("..")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
