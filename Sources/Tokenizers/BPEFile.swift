import StrictJSON

extension BPE {
  /// Reads a model of `tokenizer.json`, to which words come as bytes or as text.
  ///
  /// With a piece for every byte nothing is unknown, so `fuse_unk` and `byte_fallback` are not read.
  /// - Throws: `unsupported` for dropout, for prefixes and suffixes of bytes, and for these together
  ///   with `byte_fallback`.
  init(_ field: JSONField, byteLevel: Bool) throws(TokenizerError) {
    let dropout = try field["dropout"]
    guard dropout.isNull || dropout.value == .integer(0) || dropout.value == .number(0) else {
      throw dropout.error(.unsupported(kind: "dropout", name: "dropout"))
    }
    let vocabulary = try Vocabulary(field["vocab"])
    let unknown = try field["unk_token"]
    var unknownID: Int32?
    if !unknown.isNull {
      unknownID = vocabulary[try unknown.bytes()]
      if unknownID == nil { throw unknown.error(.missingPiece(try unknown.string())) }
    }
    let prefix = try Self.affix(field["continuing_subword_prefix"], byteLevel: byteLevel)
    let suffix = try Self.affix(field["end_of_word_suffix"], byteLevel: byteLevel)
    let alphabet: BPEAlphabet
    if byteLevel {
      alphabet = .bytes(try Self.byteIDs(vocabulary, field["vocab"]))
    } else {
      let fallback = try field["byte_fallback"]
      let fallsBack = try fallback.optionalBool() ?? false
      guard !fallsBack || prefix.isEmpty && suffix.isEmpty else {
        throw fallback.error(.unsupported(kind: "setting", name: "byte_fallback with affixes"))
      }
      alphabet = .characters(
        CharacterAlphabet(
          vocabulary: vocabulary, prefix: prefix, suffix: suffix, unknown: unknownID,
          fusesUnknown: try field["fuse_unk"].optionalBool() ?? false,
          fallback: fallsBack ? vocabulary.byteFallback : []))
    }
    self.init(
      vocabulary: vocabulary, unknown: unknownID,
      merges: try Self.merges(field["merges"], vocabulary, prefix: prefix), alphabet: alphabet,
      ignoreMerges: try field["ignore_merges"].optionalBool() ?? false)
  }

  private static func affix(
    _ field: JSONField, byteLevel: Bool
  ) throws(TokenizerError) -> [UInt8] {
    let affix = field.isNull ? [] : try field.bytes()
    guard affix.isEmpty || !byteLevel else {
      throw field.error(
        .unsupported(kind: "affix", name: "\(try field.string()) with ByteLevel"))
    }
    return affix
  }

  private static func byteIDs(
    _ vocabulary: Vocabulary, _ field: JSONField
  ) throws(TokenizerError) -> [Int32] {
    do throws(BPEFault) {
      return try byteIDs(vocabulary)
    } catch {
      throw field.error(error.problem)
    }
  }

  /// The piece of each byte; 0 for those that UTF-8 does not have.
  static func byteIDs(_ vocabulary: Vocabulary) throws(BPEFault) -> [Int32] {
    var ids: [Int32] = []
    for byte in UInt8.min...UInt8.max {
      let spelling = ByteAlphabet.spelling(byte)
      if let id = vocabulary[spelling] {
        ids.append(id)
      } else if ByteAlphabet.isUTF8(byte) {
        throw BPEFault(problem: .missingPiece(String(decoding: spelling, as: UTF8.self)))
      } else {
        ids.append(0)
      }
    }
    return ids
  }

  /// Reads `merges`: a list of "left right", or of pairs.
  private static func merges(
    _ field: JSONField, _ vocabulary: Vocabulary, prefix: [UInt8]
  ) throws(TokenizerError) -> MergeTable {
    guard case .array(let entries) = field.value else {
      throw field.error(.unexpected(expected: "a list", found: field.value.kind))
    }
    var merges = MergeTable(capacity: entries.count)
    for (rank, entry) in entries.enumerated() {
      do throws(BPEFault) {
        let parts = try BPEFault.parts(of: entry)
        try merges.insert(parts[0], parts[1], rank: rank, vocabulary, prefix: prefix)
      } catch {
        throw field.element(rank, entry).error(error.problem)
      }
    }
    return merges
  }
}

/// What is wrong with a vocabulary or a merge, without its file.
struct BPEFault: Error {
  var problem: TokenizerError.Problem

  /// The two sides of a merge, as `tokenizer.json` has them.
  static func parts(of entry: JSON) throws(BPEFault) -> [[UInt8]] {
    switch entry {
    case .string(let line):
      return try parts(of: line)
    case .array(let values):
      let parts = values.compactMap { value in
        if case .string(let part) = value { part } else { nil }
      }
      guard parts.count == 2, values.count == 2 else {
        throw BPEFault(problem: .malformed("a merge must have two pieces"))
      }
      return parts
    default:
      throw BPEFault(problem: .unexpected(expected: "a merge", found: entry.kind))
    }
  }

  /// The two sides of "left right".
  static func parts(of line: [UInt8]) throws(BPEFault) -> [[UInt8]] {
    let parts = line.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
    guard parts.count == 2 else {
      throw BPEFault(problem: .malformed("a merge must have two pieces"))
    }
    return parts
  }
}

extension MergeTable {
  /// Adds the merge of two pieces, of which the right one loses its prefix.
  ///
  /// - Throws: `BPEFault` if one of them or what they become is no piece, or the pair is there.
  mutating func insert(
    _ left: [UInt8], _ right: [UInt8], rank: Int, _ vocabulary: Vocabulary, prefix: [UInt8] = []
  ) throws(BPEFault) {
    func id(_ piece: [UInt8]) throws(BPEFault) -> Int32 {
      if let id = vocabulary[piece] { return id }
      throw BPEFault(problem: .missingPiece(String(decoding: piece, as: UTF8.self)))
    }
    guard right.starts(with: prefix) else {
      throw BPEFault(problem: .missingPiece(String(decoding: prefix + right, as: UTF8.self)))
    }
    let merge = Merge(rank: Int32(rank), id: try id(left + right.dropFirst(prefix.count)))
    guard insert(try id(left), try id(right), merge) else {
      throw BPEFault(problem: .duplicate("the merge is there twice"))
    }
  }
}
