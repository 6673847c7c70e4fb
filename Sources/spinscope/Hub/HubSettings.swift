import Foundation

/// What the environment says of the hub, in the words of Python's `huggingface_hub`.
struct HubSettings: Sendable {
  /// Where the hub is; `HF_ENDPOINT`.
  let endpoint: String
  /// The folder of the cache; `HF_HUB_CACHE`, or `hub` in `HF_HOME`.
  let cache: URL
  /// Sent to the hub alone; `HF_TOKEN`, or the file that a login leaves.
  let token: String?
  /// Whether the hub must not be asked; `HF_HUB_OFFLINE`.
  let isOffline: Bool

  init(_ environment: [String: String]) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    func folder(_ name: String) -> URL? { value(name).map { URL(fileURLWithPath: $0) } }
    let endpoint = value("HF_ENDPOINT") ?? "https://huggingface.co"
    self.endpoint = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
    let user = URL(fileURLWithPath: value("HOME") ?? NSHomeDirectory())
    let home =
      folder("HF_HOME")
      ?? (folder("XDG_CACHE_HOME") ?? user.appendingPathComponent(".cache"))
      .appendingPathComponent("huggingface")
    cache = folder("HF_HUB_CACHE") ?? home.appendingPathComponent("hub")
    let file = folder("HF_TOKEN_PATH") ?? home.appendingPathComponent("token")
    let written = value("HF_TOKEN") ?? (try? String(contentsOf: file, encoding: .utf8))
    let token = written?.trimmingCharacters(in: .whitespacesAndNewlines)
    // What is longer than a line of a header may be is none.
    let isToken = token.map { 1...4_096 ~= $0.utf8.count && !$0.contains("\n") }
    self.token = isToken == true ? token : nil
    isOffline = ["1", "ON", "YES", "TRUE"].contains((value("HF_HUB_OFFLINE") ?? "").uppercased())
  }

  /// An address without the name and password that `HF_ENDPOINT` may hold.
  func shown(_ url: String) -> String { url.replacing(#/://[^\/]*@/#, with: "://") }
}
