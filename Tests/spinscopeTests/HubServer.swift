import Foundation
import Synchronization

@testable import Probing
@testable import spinscope

/// A hub on this machine alone, which misbehaves as a test asks it to.
///
/// It answers as the real one does: a list of files, headers with commit, size and sum, and for
/// large files a redirection to another address.
final class HubServer: Sendable {
  /// How the files come.
  struct Behaviour: Sendable {
    /// Asked of everybody who comes, if there is one.
    var token: String?
    /// Each download of a large file ends after so many bytes, whatever was promised.
    var breaksAfter = Int.max
    /// The headers promise this size of large files instead of their own.
    var size: Int?
    /// The bytes of large files differ from those that were summed.
    var damagesBytes = false
    /// It sends whole files only.
    var refusesRanges = false
    /// Microseconds between pieces of what is sent.
    var pause: UInt32 = 0
    /// What the headers call a sum.
    var etag: String?
  }

  struct Request: Sendable {
    var line: String
    var headers: [String: String]
  }

  static let commit = String(repeating: "c", count: 40)

  let files: [String: Data]
  private let socket: Int32
  private let port: UInt16
  private let behaviour: Mutex<Behaviour>
  private let seen = Mutex<[Request]>([])

  /// Serves the files of `org/tiny`.
  init(_ files: [String: Data], _ behaviour: Behaviour = Behaviour()) throws {
    self.files = files
    self.behaviour = Mutex(behaviour)
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = socket
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in serve() }
  }

  var endpoint: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { seen.withLock { $0 } }

  func behave(_ change: (inout Behaviour) -> Void) { behaviour.withLock { change(&$0) } }

  func stop() { shutdown(socket, Int32(SHUT_RDWR)) }

  private func serve() {
    while true {
      let client = accept(socket, nil, nil)
      guard client >= 0 else { break }
      let handle = FileHandle(fileDescriptor: client, closeOnDealloc: true)
      if let request = Self.read(handle) {
        seen.withLock { $0.append(request) }
        send(answer(to: request), to: client)
      }
      try? handle.close()
    }
    close(socket)
  }

  /// Sends all of it, or as much as the other side takes before it goes away.
  private func send(_ bytes: Data, to client: Int32) {
    let pause = behaviour.withLock { $0.pause }
    var rest = bytes[...]
    while !rest.isEmpty {
      let size = pause > 0 ? min(4_096, rest.count) : rest.count
      let count = rest.withUnsafeBytes {
        Glibc.send(client, $0.baseAddress, size, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
      usleep(pause)
    }
  }

  private static func read(_ handle: FileHandle) -> Request? {
    var bytes = Data()
    while bytes.suffix(4) != Data("\r\n\r\n".utf8) {
      guard let byte = try? handle.read(upToCount: 1), !byte.isEmpty else { return nil }
      bytes += byte
    }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      if parts.count == 2 {
        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return Request(line: lines[0], headers: headers)
  }

  private func answer(to request: Request) -> Data {
    let behaviour = behaviour.withLock { $0 }
    let words = request.line.split(separator: " ")
    let path = String(words[1])
    let name = String(path.split(separator: "/").last ?? "")
    if let token = behaviour.token, !path.hasPrefix("/cdn/"),
      request.headers["authorization"] != "Bearer \(token)"
    {
      return Self.head("401 Unauthorized")
    }
    if path == "/api/models/org/tiny/revision/main" {
      let names = files.keys.sorted().map { "{\"rfilename\": \"\($0)\"}" }
      let body = "{\"siblings\": [\(names.joined(separator: ", "))]}"
      return Self.head("200 OK", ["Content-Length: \(body.utf8.count)"]) + Data(body.utf8)
    }
    guard path.hasPrefix("/org/tiny/resolve/main/") || path.hasPrefix("/cdn/"),
      let bytes = files[name]
    else { return Self.head("404 Not Found") }
    return file(name, bytes, isMirror: path.hasPrefix("/cdn/"), request, behaviour)
  }

  private func file(
    _ name: String, _ bytes: Data, isMirror: Bool, _ request: Request, _ behaviour: Behaviour
  ) -> Data {
    let isHead = request.line.hasPrefix("HEAD")
    let isLarge = name.hasSuffix(".safetensors")
    if isLarge && !isMirror {
      return Self.head(
        "302 Found",
        [
          "Location: /cdn/\(name)", "X-Repo-Commit: \(Self.commit)",
          "X-Linked-Size: \(behaviour.size ?? bytes.count)",
          "X-Linked-Etag: \"\(behaviour.etag ?? SHA256.of(Array(bytes)))\"", "Content-Length: 0",
        ])
    }
    var bytes = bytes
    if isLarge && behaviour.damagesBytes { bytes[bytes.count / 2] ^= 1 }
    // `bytes=START-`
    let range = behaviour.refusesRanges ? nil : request.headers["range"]
    let start = range.flatMap { Int($0.dropFirst(6).dropLast()) } ?? 0
    guard start < bytes.count else { return Self.head("416 Range Not Satisfiable") }
    let sum = isLarge ? "of the mirror" : GitBlob.name(of: Array(bytes))
    var headers = ["Content-Length: \(bytes.count - start)", "ETag: \"\(sum)\""]
    if !isMirror { headers.append("X-Repo-Commit: \(Self.commit)") }
    if start > 0 {
      headers.append("Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)")
    }
    let head = Self.head(start > 0 ? "206 Partial Content" : "200 OK", headers)
    if isHead { return head }
    return head + bytes[start...].prefix(isLarge ? behaviour.breaksAfter : Int.max)
  }

  private static func head(_ status: String, _ headers: [String] = []) -> Data {
    Data(
      (["HTTP/1.1 \(status)"] + headers + ["Connection: close", "", ""])
        .joined(separator: "\r\n").utf8)
  }
}
