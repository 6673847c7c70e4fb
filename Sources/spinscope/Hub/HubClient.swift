import Foundation
import StrictJSON

/// Asks the hub, by way of `curl`, which knows proxies, certificates and broken lines.
struct HubClient {
  let settings: HubSettings

  /// What the hub says of a file before it is fetched.
  struct RemoteFile: Equatable {
    /// The commit of the revision that was asked for.
    var commit: String
    /// SHA-256 of a large file, git's name of a small one; hexadecimal.
    var etag: String
    var size: Int
  }

  /// The names of a model's files.
  ///
  /// - Throws: `Failure` where there is no such model, or it is not to be had.
  func files(of model: HubModel) throws(Failure) -> [String] {
    let url = "\(settings.endpoint)/api/models/\(model.id)/revision/\(escaped(model.revision))"
    let answer = try text(of: url, for: model)
    guard let json = try? JSON.parse(Array(answer.utf8)), case .array(let files) = json["siblings"]
    else { throw Failure(.input, "\(settings.shown(url)): the answer is not a list of files") }
    return files.compactMap { $0["rfilename"]?.text }
  }

  /// Size, sum and commit of a file.
  func look(at file: String, of model: HubModel) throws(Failure) -> RemoteFile {
    let url = url(of: file, model)
    let headers = try text(of: url, for: model, ["--head"])
    guard let found = RemoteFile(headers: headers) else {
      throw Failure(
        .input,
        "\(settings.shown(url)): the answer names no commit, sum and size of the file")
    }
    return found
  }

  /// Fetches a file from byte `offset` on.
  ///
  /// `take` takes what comes, in order, and returns `false` to have no more.
  /// - Returns: false where the hub can send a file only from its beginning.
  /// - Throws: `Failure` where it is not to be had, or the line breaks.
  func download(
    _ file: String, of model: HubModel, from offset: Int, take: (Data) -> Bool
  ) throws(Failure) -> Bool {
    let options = offset > 0 ? ["--continue-at", "\(offset)"] : []
    var isWanted = true
    let status = try curl(url(of: file, model), options) {
      isWanted = take($0)
      return isWanted
    }
    // curl's own code for a server that does not send parts (CURLE_RANGE_ERROR).
    if status.code == 33 { return false }
    guard status.code == 0 || !isWanted else {
      throw Failure(.input, refusal(status.lastError(of: "curl"), url(of: file, model), model))
    }
    return true
  }

  private func url(of file: String, _ model: HubModel) -> String {
    let name = file.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? file
    return "\(settings.endpoint)/\(model.id)/resolve/\(escaped(model.revision))/\(name)"
  }

  private func escaped(_ revision: String) -> String {
    revision.replacingOccurrences(of: "/", with: "%2F")
  }

  /// More than any list of files or chain of headers has.
  private static let textLimit = 1 << 24

  private func text(
    of url: String, for model: HubModel, _ options: [String] = []
  ) throws(Failure) -> String {
    var answer = Data()
    let patience = ["--retry", "2", "--retry-max-time", "60", "--max-time", "120"]
    let status = try curl(url, options + patience) {
      answer += $0
      return answer.count <= Self.textLimit
    }
    guard answer.count <= Self.textLimit else {
      throw Failure(.input, "\(settings.shown(url)): the answer does not end")
    }
    guard status.code == 0 else {
      throw Failure(.input, refusal(status.lastError(of: "curl"), url, model))
    }
    return String(decoding: answer, as: UTF8.self)
  }

  private func curl(
    _ url: String, _ options: [String], take: (Data) -> Bool
  ) throws(Failure) -> ChildProcess.Status {
    // Arguments are for every user of the machine to see, and files stay when we are killed: the token
    // goes through standard input. To a host that it is sent on to, curl does not give it.
    let header = settings.token.map { "Authorization: Bearer \($0)\n" }
    return try ChildProcess.run(
      "curl",
      [
        "--silent", "--show-error", "--fail", "--location", "--globoff", "--connect-timeout", "10",
        "--speed-time", "30", "--speed-limit", "1000",
      ] + (header == nil ? [] : ["--header", "@-"]) + options + [url],
      input: Data((header ?? "").utf8), take: take)
  }

  /// What a refusal of the hub means, and what to do.
  private func refusal(_ error: String, _ url: String, _ model: HubModel) -> String {
    switch error.split(separator: " ").last {
    case "401", "403":
      settings.token == nil
        ? "\(model.id): the hub wants to know who asks; set HF_TOKEN (or the name is misspelt)"
        : "\(model.id): the hub does not give it to the owner of this token; accept its terms there"
    case "404": "\(model.id): the hub knows no such model, or not at revision \(model.revision)"
    default: "\(settings.shown(url)): \(error)"
    }
  }
}

extension HubClient.RemoteFile {
  /// Reads the headers of a chain of answers, of which one is the hub's own.
  ///
  /// - Returns: nil if the hub's says less than is needed, or no sum that can be checked.
  init?(headers: String) {
    var fields: [String: String] = [:]
    for answer in headers.replacingOccurrences(of: "\r", with: "").components(separatedBy: "\n\n") {
      let found = Self.fields(of: answer)
      if found["x-repo-commit"] != nil { fields = found }
    }
    let etag = (fields["x-linked-etag"] ?? fields["etag"] ?? "")
      .replacingOccurrences(of: "W/", with: "").filter { $0 != "\"" }
    guard let commit = fields["x-repo-commit"], Self.isSum(commit, digits: [40]),
      Self.isSum(etag, digits: [40, 64]),
      let size = Int(fields["x-linked-size"] ?? fields["content-length"] ?? ""), size >= 0
    else { return nil }
    self.init(commit: commit, etag: etag, size: size)
  }

  private static func fields(of answer: String) -> [String: String] {
    var fields: [String: String] = [:]
    for line in answer.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    return fields
  }

  /// Sums become names of files, so nothing else may pass.
  private static func isSum(_ text: String, digits: Set<Int>) -> Bool {
    digits.contains(text.utf8.count) && text.allSatisfy { "0123456789abcdef".contains($0) }
  }
}
