/// Reads the tables of a theme file; what it does not know becomes a warning.
struct ThemeReader {
  private(set) var document: ThemeDocument
  private(set) var warnings: [String] = []

  init(id: String) { document = ThemeDocument(id: id) }

  mutating func read(_ root: [String: Toml]) {
    for (key, value) in root.sorted(by: { $0.key < $1.key }) {
      switch (key, value) {
      case ("schema", .integer(let version)):
        if version > 1 {
          warnings.append("schema: \(version) is newer than 1; reading what is known")
        }
      case ("name", .string(let text)): document.name = text
      case ("inherits", .string(let text)): document.inherits = text
      case ("author", .string), ("license", .string): break
      case ("variant", .string(let text)): readVariant(text)
      case ("palette", .table(let table)): document.palette = strings(table, in: "palette")
      case ("base", .table(let table)): readBase(table)
      case ("roles", .table(let table)): readRoles(table, prefix: "")
      case ("ramps", .table(let table)): readRamps(table)
      case ("glyphs", .table(let table)): readGlyphs(table)
      default: warnings.append("\(sanitized(key)): unknown key or wrong type; ignored")
      }
    }
  }

  private mutating func readVariant(_ text: String) {
    document.variant = Theme.Variant(rawValue: text)
    if document.variant == nil {
      warnings.append("variant: “\(sanitized(text))” is not dark, light or any")
    }
  }

  private mutating func strings(_ table: [String: Toml], in place: String) -> [String: String] {
    var result: [String: String] = [:]
    for (key, value) in table.sorted(by: { $0.key < $1.key }) {
      if let text = value.string {
        result[key] = text
      } else {
        warnings.append("\(place).\(sanitized(key)): must be a string; ignored")
      }
    }
    return result
  }

  private mutating func readBase(_ table: [String: Toml]) {
    document.base = strings(table, in: "base")
    for name in document.base.keys.sorted() where !ThemeDocument.baseNames.contains(name) {
      warnings.append("base.\(sanitized(name)): unknown key; ignored")
    }
  }

  /// Dotted roles may be written quoted, or unquoted as tables in tables.
  private mutating func readRoles(_ table: [String: Toml], prefix: String) {
    for (key, value) in table.sorted(by: { $0.key < $1.key }) {
      let name = prefix + key
      switch value {
      case .string(let text): document.roles[name] = ThemeDocument.Role(reference: text)
      case .table(let fields) where fields.keys.contains(where: Self.roleFields.contains):
        document.roles[name] = role(fields, name: name)
      case .table(let inner): readRoles(inner, prefix: name + ".")
      default: warnings.append("roles.\"\(sanitized(name))\": must be a string or a table; ignored")
      }
    }
  }

  private static let roleFields = ["fg", "bg", "bold", "dim", "underline", "reverse", "italic"]

  private mutating func role(_ fields: [String: Toml], name: String) -> ThemeDocument.Role {
    var role = ThemeDocument.Role()
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      switch (key, value) {
      case ("fg", .string(let text)): role.foreground = text
      case ("bg", .string(let text)): role.background = text
      case ("bold", .boolean(let on)): role.bold = on
      case ("dim", .boolean(let on)): role.dim = on
      case ("underline", .boolean(let on)): role.underline = on
      case ("reverse", .boolean(let on)): role.reverse = on
      case ("italic", .boolean(let on)): role.italic = on
      default:
        warnings.append("roles.\"\(sanitized(name))\".\(sanitized(key)): unknown key or wrong type")
      }
    }
    return role
  }

  private mutating func readGlyphs(_ table: [String: Toml]) {
    for (key, value) in table.sorted(by: { $0.key < $1.key }) {
      if key == "set", let text = value.string, text == "auto" || GlyphSet(rawValue: text) != nil {
        document.glyphs = GlyphSet(rawValue: text)
      } else {
        warnings.append("glyphs.\(sanitized(key)): unknown key or value; ignored")
      }
    }
  }

  private mutating func readRamps(_ table: [String: Toml]) {
    for (name, value) in table.sorted(by: { $0.key < $1.key }) {
      guard let fields = value.table else {
        warnings.append("ramps.\(sanitized(name)): must be a table; ignored")
        continue
      }
      document.ramps[name] = rampSpec(fields, name: name)
      if !ThemeDocument.rampNames.contains(name) {
        warnings.append("ramps.\(sanitized(name)): no picture uses this ramp")
      }
    }
  }

  private mutating func rampSpec(
    _ fields: [String: Toml], name: String
  ) -> ThemeDocument.RampSpec {
    var spec = ThemeDocument.RampSpec()
    spec.diverging = fields["negative"] != nil || fields["positive"] != nil
    if spec.diverging {
      spec.stops = ["negative", "centre", "positive"].flatMap { colors(fields[$0]) }
    }
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      switch key {
      case "map" where value.string != nil: spec.map = value.string
      case "stops": spec.stops = colors(value)
      case "negative", "centre", "positive": break
      case "c256":
        spec.palette = (value.array ?? []).compactMap { $0.integer.flatMap(UInt8.init(exactly:)) }
      case "c16": spec.ansi = colors(value)
      default:
        warnings.append("ramps.\(sanitized(name)).\(sanitized(key)): unknown key or wrong type")
      }
    }
    return spec
  }

  private func colors(_ value: Toml?) -> [String] {
    value?.string.map { [$0] } ?? value?.array?.compactMap(\.string) ?? []
  }
}
