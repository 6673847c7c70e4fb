/// Text from a file that is safe to show: controls and bidirectional marks escaped, cut at `limit`
/// scalars.
///
/// A message goes to a terminal, which must never see what a file puts there.
public func printable(_ text: String, limit: Int = 80) -> String {
  var shown = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      shown += "\\u{\(String(scalar.value, radix: 16))}"
    default:
      shown.unicodeScalars.append(scalar)
    }
  }
  return text.unicodeScalars.count > limit ? shown + "…" : shown
}

/// A path that is safe to show, and as long as Linux allows: what matters stands at its end.
public func printable(path: String) -> String { printable(path, limit: 4096) }
