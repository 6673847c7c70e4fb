/// Text from a file that is safe to show: controls and bidirectional marks escaped, cut at 80.
///
/// A message goes to a terminal, which must never see what a file puts there.
public func printable(_ text: String) -> String {
  var shown = ""
  for scalar in text.unicodeScalars.prefix(80) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      shown += "\\u{\(String(scalar.value, radix: 16))}"
    default:
      shown.unicodeScalars.append(scalar)
    }
  }
  return text.unicodeScalars.count > 80 ? shown + "…" : shown
}
