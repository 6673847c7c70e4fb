import StrictJSON

/// A JSON value together with its file and its path in it, so that every fault names its place.
struct JSONField {
  let file: String
  let path: String
  let value: JSON

  /// - Throws: `malformed` with the byte where the text stops being JSON.
  init(parsing bytes: [UInt8], file: String) throws(TokenizerError) {
    self.file = file
    path = ""
    do throws(JSONError) {
      value = try JSON.parse(bytes)
    } catch {
      throw TokenizerError(
        file: file, place: "byte \(error.byte)", problem: .malformed(error.reason))
    }
  }

  private init(file: String, path: String, value: JSON) {
    self.file = file
    self.path = path
    self.value = value
  }

  var isNull: Bool { value == .null }

  func error(_ problem: TokenizerError.Problem) -> TokenizerError {
    TokenizerError(file: file, place: path, problem: problem)
  }

  private func unexpected(_ expected: String) -> TokenizerError {
    error(.unexpected(expected: expected, found: value.kind))
  }

  /// A member, or a null with its path if the key is absent.
  ///
  /// - Throws: `unexpected` if this is no object, `malformed` if the key is there twice.
  subscript(key: String) -> JSONField {
    get throws(TokenizerError) {
      let found = try members().filter { $0.key.elementsEqual(key.utf8) }
      guard found.count < 2 else { throw error(.malformed("the key \"\(key)\" is there twice")) }
      return child(key, found.first?.value ?? .null)
    }
  }

  func child(_ key: String, _ value: JSON) -> JSONField {
    JSONField(file: file, path: path.isEmpty ? key : "\(path).\(key)", value: value)
  }

  func members() throws(TokenizerError) -> [JSON.Member] {
    guard case .object(let members) = value else { throw unexpected("an object") }
    return members
  }

  func elements() throws(TokenizerError) -> [JSONField] {
    guard case .array(let values) = value else { throw unexpected("a list") }
    return values.enumerated().map { element($0, $1) }
  }

  /// The stages of a sequence; each costs every text a pass, so that there cannot be many.
  func stages() throws(TokenizerError) -> [JSONField] {
    let stages = try elements()
    guard stages.count <= 64 else {
      throw error(.unsupported(kind: "sequence", name: "a sequence of \(stages.count) stages"))
    }
    return stages
  }

  /// An element of a list, for the path of an error.
  func element(_ index: Int, _ value: JSON) -> JSONField {
    JSONField(file: file, path: "\(path)[\(index)]", value: value)
  }

  func bytes() throws(TokenizerError) -> [UInt8] {
    guard case .string(let bytes) = value else { throw unexpected("a string") }
    return bytes
  }

  func string() throws(TokenizerError) -> String {
    String(decoding: try bytes(), as: UTF8.self)
  }

  /// The UTF-8 of a string of one scalar.
  func character() throws(TokenizerError) -> [UInt8] {
    let bytes = try bytes()
    guard bytes.count(where: { $0 & 0xC0 != 0x80 }) == 1 else {
      throw error(.malformed("expected one character, found \(value.kind)"))
    }
    return bytes
  }

  func integer() throws(TokenizerError) -> Int {
    guard case .integer(let number) = value else { throw unexpected("a whole number") }
    return number
  }

  func bool() throws(TokenizerError) -> Bool {
    guard case .bool(let flag) = value else { throw unexpected("true or false") }
    return flag
  }

  /// The same, but absent or null gives nil.
  func optionalBool() throws(TokenizerError) -> Bool? { isNull ? nil : try bool() }
}
