// Lightness is CIELAB's L*, 0 to 100.
extension ThemeLint {
  /// The least difference of lightness between the ends of a ramp.
  private static let span = 40.0
  /// How much lighter one side of a signed ramp may be than the other.
  private static let tilt = 12.0
  /// How far from the ground the centre of a signed ramp may lie: noise around zero must not shine.
  private static let centre = 15.0

  func rampFindings(on ground: RGB) -> [ThemeFinding] {
    ThemeDocument.rampNames.flatMap { name -> [ThemeFinding] in
      let ramp = theme.ramp(name)
      guard ramp.hasLevels(at: .direct) else { return [] }
      let place = "ramps.\(name)"
      let order = [ColorDepth.direct, .ansi256].flatMap { depth in
        branches(ramp, depth).compactMap { orderFinding(place, $0, depth) }
      }
      return order + (ramp.isDiverging ? signFindings(place, ramp, ground) : [])
    }
  }

  /// The whole of a sequential ramp; the two halves of a signed one, each from the centre out.
  private func branches(_ ramp: Ramp, _ depth: ColorDepth) -> [[RGB]] {
    let colors = ramp.colors(at: depth)
    guard ramp.isDiverging else { return [colors] }
    let half = colors.count / 2
    return [colors[..<(colors.count - half)].reversed(), Array(colors[half...])]
  }

  /// Lightness must go one way, far enough, or larger values do not look larger.
  private func orderFinding(_ place: String, _ colors: [RGB], _ depth: ColorDepth) -> ThemeFinding?
  {
    guard let first = colors.first, let last = colors.last else { return nil }
    func lightness(_ color: RGB) -> Double { CIELab(color).lightness }
    let direction = lightness(last) < lightness(first) ? -1.0 : 1
    let span = direction * (lightness(last) - lightness(first))
    if span < Self.span {
      return ThemeFinding(
        place, "range of lightness", first, last, figure: span, atLeast: Self.span,
        condition: depth.condition, suggestion: "make one end lighter or darker")
    }
    for (a, b) in zip(colors, colors.dropFirst()) {
      let step = direction * (lightness(b) - lightness(a))
      guard step <= 0 else { continue }
      return ThemeFinding(
        place, "step of lightness", a, b, figure: step, atLeast: 0.01, condition: depth.condition,
        suggestion: depth == .ansi256
          ? "leave out c256 to have it chosen" : "put the stops in order of lightness")
    }
    return nil
  }

  private func signFindings(_ place: String, _ ramp: Ramp, _ ground: RGB) -> [ThemeFinding] {
    let colors = ramp.colors(at: .direct)
    guard let negative = colors.first, let positive = colors.last else { return [] }
    func difference(_ a: RGB, _ b: RGB) -> Double {
      abs(CIELab(a).lightness - CIELab(b).lightness)
    }
    var findings: [ThemeFinding] = []
    func limit(_ what: String, _ a: RGB, _ b: RGB, _ bound: Double, _ suggestion: String) {
      guard difference(a, b) > bound else { return }
      let problem =
        "lightness of \(what), \(a.notation) and \(b.notation), differs by "
        + "\(Int(difference(a, b).rounded(.up))), \(Int(bound)) at most"
      findings.append(ThemeFinding(place: place, problem: problem, suggestion: suggestion))
    }
    limit("the two ends", negative, positive, Self.tilt, "make the darker end lighter")
    limit(
      "centre and ground", colors[colors.count / 2], ground, Self.centre,
      "write centre = \"\(ground.notation)\"")
    let ends = distanceFinding(place, ramp.color(-1), ramp.color(1), bounds.opposites, [.direct])
    return findings + (ends.map { [$0] } ?? [])
  }
}
