import Foundation
import StrictJSON

extension TokenizerFile {
  /// Reads `normalizer`.
  ///
  /// - Throws: `unsupported` for a kind or setting that is not known here.
  static func normalizer(_ field: JSONField) throws(TokenizerError) -> any Normalizer {
    if field.isNull { return IdentityNormalizer() }
    let type = try field["type"].string()
    switch type {
    case "BertNormalizer": return try BertNormalizer(field)
    case "Lowercase": return Lowercase()
    case "NFC": return UnicodeForm.nfc
    case "NFD": return UnicodeForm.nfd
    case "NFKC": return UnicodeForm.nfkc
    case "NFKD": return UnicodeForm.nfkd
    case "Nmt": return Nmt()
    case "Precompiled": return try Precompiled(field)
    case "Prepend": return Prepend(content: try field["prepend"].bytes())
    case "Replace": return try Replace(field)
    case "StripAccents": return StripAccents()
    case "Strip":
      return Strip(left: try field["strip_left"].bool(), right: try field["strip_right"].bool())
    case "Sequence": return try normalizers(field["normalizers"])
    default: throw field.error(.unsupported(kind: "normalizer", name: type))
    }
  }

  private static func normalizers(_ field: JSONField) throws(TokenizerError) -> any Normalizer {
    var stages: [any Normalizer] = []
    for entry in try field.stages() { stages.append(try normalizer(entry)) }
    return stages.count == 1 ? stages[0] : NormalizerSequence(stages: stages)
  }
}

extension BertNormalizer {
  init(_ field: JSONField) throws(TokenizerError) {
    self.init(
      cleanText: try field["clean_text"].bool(),
      handleChineseChars: try field["handle_chinese_chars"].bool(),
      stripAccents: try field["strip_accents"].optionalBool(),
      lowercase: try field["lowercase"].bool())
  }
}

extension Precompiled {
  /// Reads `precompiled_charsmap`, in base 64.
  init(_ field: JSONField) throws(TokenizerError) {
    let map = try field["precompiled_charsmap"]
    guard let data = Data(base64Encoded: Data(try map.bytes())) else {
      throw map.error(.malformed("not base 64"))
    }
    do throws(CharacterMap.Fault) {
      self.init(try CharacterMap(Array(data)))
    } catch {
      throw map.error(.malformed("a character map with \(error.reason)"))
    }
  }
}

extension Replace {
  /// Reads `pattern`, which is `{"String": …}` or `{"Regex": …}`, and `content`.
  ///
  /// - Throws: `unsupported` for a regular expression that is not known here.
  init(_ field: JSONField) throws(TokenizerError) {
    let content = try field["content"].bytes()
    let pattern = try field["pattern"]
    let regex = try pattern["Regex"]
    if regex.isNull {
      let literal = try pattern["String"]
      guard try !literal.bytes().isEmpty else {
        throw literal.error(.malformed("an empty pattern"))
      }
      self.init(pattern: .literal(try literal.bytes()), content: content)
    } else {
      guard let known = Pattern.regex(try regex.string()) else {
        throw regex.error(.unsupported(kind: "regular expression", name: try regex.string()))
      }
      self.init(pattern: known, content: content)
    }
  }
}
