import StrictJSON

extension Unigram {
  /// Reads a model of `tokenizer.json`: `"vocab": [[piece, score], …]`.
  init(_ field: JSONField) throws(TokenizerError) {
    let (vocabulary, scores) = try Self.pieces(field["vocab"])
    let unknown = try field["unk_id"]
    guard let id = Int32(exactly: try unknown.integer()), vocabulary.piece(id) != nil else {
      throw unknown.error(.badID("id \(try unknown.integer()) is not in the vocabulary"))
    }
    self.init(
      vocabulary: vocabulary, scores: scores, unknown: id,
      fallsBackOnBytes: try field["byte_fallback"].optionalBool() ?? false)
  }

  private static func pieces(
    _ field: JSONField
  ) throws(TokenizerError) -> (Vocabulary, [Double]) {
    guard case .array(let entries) = field.value else {
      throw field.error(.unexpected(expected: "a list", found: field.value.kind))
    }
    var vocabulary = Vocabulary(capacity: entries.count)
    var scores: [Double] = []
    for (id, entry) in entries.enumerated() {
      guard case .array(let pair) = entry, pair.count == 2, case .string(let piece) = pair[0],
        let score = score(pair[1])
      else {
        throw field.element(id, entry).error(
          .unexpected(expected: "a piece and its score", found: entry.kind))
      }
      do throws(Vocabulary.Fault) {
        try vocabulary.insert(piece, id: id, limit: entries.count)
      } catch {
        throw field.element(id, entry).error(error.problem)
      }
      scores.append(score)
    }
    return (vocabulary, scores)
  }

  /// A score as the library reads it.
  ///
  /// Its JSON reader multiplies the digits, as a whole number, by a power of ten, and so gives many
  /// numbers that are one unit in the last place off. Equal sums of scores hang on these.
  /// Source: `f64_from_parts` in `de.rs` of `serde_json`.
  static func score(_ value: JSON) -> Double? {
    switch value {
    case .integer(let number): return Double(number)
    case .number(let number):
      // The shortest digits that give the number back, which are those of the file.
      let text = "\(number.magnitude)".utf8.split(separator: UInt8(ascii: "e"))
      let parts = text[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      var fraction = parts.count > 1 ? Array(parts[1]) : []
      if fraction == [UInt8(ascii: "0")] { fraction = [] }
      guard let digits = UInt64(String(decoding: Array(parts[0]) + fraction, as: UTF8.self)) else {
        return number
      }
      let written = text.count > 1 ? Int(String(decoding: Array(text[1]), as: UTF8.self)) ?? 0 : 0
      return scaled(Double(digits), written - fraction.count, isNegative: number < 0)
    default: return nil
    }
  }

  private static func scaled(_ digits: Double, _ exponent: Int, isNegative: Bool) -> Double {
    guard let power = Double("1e\(exponent.magnitude)"), power.isFinite else {
      return isNegative ? -digits : digits
    }
    let scaled = exponent < 0 ? digits / power : digits * power
    return isNegative ? -scaled : scaled
  }
}
