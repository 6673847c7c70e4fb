import Testing

@testable import Terminal

struct GroundTests {
  @Test(arguments: [
    ("rgb:1e1e/1e1e/2e2e", Theme.Variant.dark), ("rgb:ffff/ffff/ffff", .light),
    ("rgb:f/f/f", .light), ("rgb:00/00/00", .dark), ("rgba:fdfd/f6f6/e3e3/ffff", .light),
    ("rgb:7f/7f/7f", .light), ("rgb:60/60/60", .dark),
    ("rgb:ffff/ffff", nil), ("rgb:xx/00/00", nil), ("rgb:fffff/0/0", nil), ("rgb://", nil),
    ("#ffffff", nil), ("", nil), ("hsl:ff/ff/ff", nil),
  ])
  func `the terminal's answer says dark or light`(_ reply: String, _ expected: Theme.Variant?) {
    #expect(Theme.Variant(reply: reply) == expected)
  }

  @Test(arguments: [
    ("15;0", Theme.Variant.dark), ("0;15", .light), ("0;default;7", .light), ("7;8", .dark),
    ("0;11", .light), ("default;default", nil), ("0;16", nil), ("", nil),
  ])
  func `COLORFGBG does so too`(_ value: String, _ expected: Theme.Variant?) {
    #expect(Theme.Variant(environment: ["COLORFGBG": value]) == expected)
  }

  @Test func `few colours and a light ground choose other themes`() {
    #expect(ThemeLibrary.suited(to: .mono, ground: .light) == "mono")
    #expect(ThemeLibrary.suited(to: .ansi16, ground: nil) == "ansi16-dark")
    #expect(ThemeLibrary.suited(to: .direct, ground: .light) == "default-light")
    let library = ThemeLibrary(directories: [])
    for depth in ColorDepth.allCases {
      for ground in [Theme.Variant.dark, .light, nil] {
        #expect(library.has(ThemeLibrary.suited(to: depth, ground: ground)))
      }
    }
  }
}
