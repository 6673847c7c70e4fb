/// The themes that are compiled in, so that a program that was copied alone still has them.
enum ThemeShipped {
  /// The bytes of the files of `themes`, by name.
  static let files: [String: [UInt8]] = [
    "ansi16-dark": PackageResources.ansi16_dark_toml,
    "ansi16-light": PackageResources.ansi16_light_toml,
    "cvd-dark": PackageResources.cvd_dark_toml,
    "cvd-light": PackageResources.cvd_light_toml,
    "dawn": PackageResources.dawn_toml,
    "default-dark": PackageResources.default_dark_toml,
    "default-light": PackageResources.default_light_toml,
    "dusk": PackageResources.dusk_toml,
    "fjord": PackageResources.fjord_toml,
    "high-contrast-dark": PackageResources.high_contrast_dark_toml,
    "high-contrast-light": PackageResources.high_contrast_light_toml,
    "mono": PackageResources.mono_toml,
    "moss": PackageResources.moss_toml,
    "neon": PackageResources.neon_toml,
    "paper": PackageResources.paper_toml,
    "phosphor": PackageResources.phosphor_toml,
  ]
}

extension ThemeReader {
  /// Reads a theme that is compiled in.
  ///
  /// - Returns: whether there is one of this name.
  mutating func read(shipped name: String) throws(TomlError) -> Bool {
    guard let bytes = ThemeShipped.files[name] else { return false }
    read(try Toml.parse(String(decoding: bytes, as: UTF8.self), file: "\(name).toml"))
    return true
  }
}
