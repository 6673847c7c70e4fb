/// Leaves white space out of the offsets of tokens: `trim_offsets`.
///
/// Counts scalars of the piece, where "Ġ" is a space, and moves the ends by as many scalars of the
/// text, as the library does.
/// Source: `process_offsets` in `pre_tokenizers/byte_level.rs` of Hugging Face `tokenizers`.
struct OffsetTrim: Sendable, Equatable {
  /// Whether one space before the first token is one that the pre-tokenizer put there.
  let addPrefixSpace: Bool

  /// Trims the tokens from a number on.
  func apply(to encoding: inout Encoding, from first: Int, source: [UInt8]) {
    for index in first..<encoding.count {
      let token = encoding.tokens[index].utf8
      // Only "Ġ" (C4 A0) and white space count, so nearly all tokens are done here.
      guard let head = token.first, let tail = token.last else { continue }
      if !mayBeSpace(head: head), !mayBeSpace(tail: tail) { continue }
      trim(
        &encoding.offsets[index], spaces: spaces(Array(token)), isFirst: index == 0,
        source: source)
    }
  }

  private func mayBeSpace(head: UInt8) -> Bool { head <= 0x20 || head >= 0xC2 }

  private func mayBeSpace(tail: UInt8) -> Bool { tail <= 0x20 || tail >= 0x80 }

  /// How many scalars at the start and at the end of a token are white space.
  func spaces(_ token: [UInt8]) -> (leading: Int, trailing: Int) {
    var leading = 0
    var index = 0
    while index < token.count {
      let (scalar, length) = decodeScalar(token, at: index)
      guard isSpace(scalar) else { break }
      leading += 1
      index += length
    }
    var trailing = 0
    var end = token.count
    while end > 0 {
      let (scalar, length) = decodeScalar(token, endingAt: end)
      guard isSpace(scalar) else { break }
      trailing += 1
      end -= length
    }
    return (leading, trailing)
  }

  private func isSpace(_ scalar: UInt32) -> Bool {
    scalar == 0x120 || UnicodeTables.whitespace.contains(scalar)
  }

  func trim(
    _ range: inout Range<Int>, spaces: (leading: Int, trailing: Int), isFirst: Bool,
    source: [UInt8]
  ) {
    var start = range.lowerBound
    var end = range.upperBound
    let keepsOne = (isFirst || start == 0) && addPrefixSpace && spaces.leading == 1
    if !keepsOne {
      for _ in 0..<spaces.leading where start < end {
        start += decodeScalar(source, at: start).length
      }
    }
    var trimmed = end
    for _ in 0..<spaces.trailing {
      // The library leaves the end alone if that would go before the text.
      guard trimmed > 0 else {
        trimmed = end
        break
      }
      trimmed -= decodeScalar(source, endingAt: trimmed).length
    }
    end = max(trimmed, start)
    range = start..<end
  }
}
