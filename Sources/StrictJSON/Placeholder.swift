/// What a download left in the place of a file, in words that say how to get the file.
///
/// - Parameter start: the file's first bytes; a hundred are enough.
/// - Returns: nil for the bytes of anything else.
public func placeholder(_ start: some Sequence<UInt8>) -> String? {
  let text = String(decoding: Array(start.prefix(100)), as: UTF8.self)
  if text.hasPrefix("version https://git-lfs") {
    return "a Git LFS pointer, not the file itself; run git lfs pull in its folder"
  }
  let tag = text.drop(while: \.isWhitespace).prefix(14).lowercased()
  guard tag.hasPrefix("<!doctype html") || tag.hasPrefix("<html") else { return nil }
  return "a web page, not the file itself; download the file again"
}
