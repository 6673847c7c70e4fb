/// Light or dark: what a terminal says of its background.
extension Theme.Variant {
  /// Reads the answer to OSC 11, such as `rgb:1e1e/1e1e/2e2e`: one to four hexadecimal digits each
  /// (XParseColor).
  init?(reply: String) {
    guard let colon = reply.firstIndex(of: ":"), reply[..<colon].hasPrefix("rgb") else {
      return nil
    }
    let parts = reply[reply.index(after: colon)...].split(
      separator: "/", omittingEmptySubsequences: false)
    let components = parts.prefix(3).compactMap { digits -> UInt8? in
      guard (1...4).contains(digits.count), let value = UInt32(digits, radix: 16) else {
        return nil
      }
      return UInt8(value * 255 / (1 << (4 * UInt32(digits.count)) - 1))
    }
    guard components.count == 3 else { return nil }
    self = CIELab(RGB(components[0], components[1], components[2])).lightness < 50 ? .dark : .light
  }

  /// Reads `COLORFGBG`, which rxvt and others set to the numbers of foreground and background, such
  /// as `15;0`.
  public init?(environment: [String: String]) {
    guard let last = environment["COLORFGBG"]?.split(separator: ";").last, let index = Int(last),
      (0...15).contains(index)
    else { return nil }
    self = index == 7 || index > 8 ? .light : .dark
  }
}
