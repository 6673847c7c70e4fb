/// How a reader sees colours.
///
/// One man in twelve lacks one of the three receptors or has one that differs; what is told apart
/// here for those who lack it is told apart for those between.
///
/// Source: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color
/// vision deficiency", IEEE TVCG 15(6), 2009: the matrices of severity 1, on linear light.
enum ColorVision: String, CaseIterable, Sendable {
  case normal = "normal vision"
  /// Without the receptor for long waves (red).
  case protanopia
  /// Without the receptor for middle waves (green).
  case deuteranopia
  /// Without the receptor for short waves (blue).
  case tritanopia

  /// The colour that looks to everybody as `color` does to this reader.
  func seen(_ color: RGB) -> RGB {
    guard let rows else { return color }
    let light = color.linear
    return RGB(
      linear: SIMD3((rows.0 * light).sum(), (rows.1 * light).sum(), (rows.2 * light).sum()))
  }

  private var rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)? {
    switch self {
    case .normal: nil
    case .protanopia:
      (
        SIMD3(0.152_286, 1.052_583, -0.204_868), SIMD3(0.114_503, 0.786_281, 0.099_216),
        SIMD3(-0.003_882, -0.048_116, 1.051_998)
      )
    case .deuteranopia:
      (
        SIMD3(0.367_322, 0.860_646, -0.227_968), SIMD3(0.280_085, 0.672_501, 0.047_413),
        SIMD3(-0.011_820, 0.042_940, 0.968_881)
      )
    case .tritanopia:
      (
        SIMD3(1.255_528, -0.076_749, -0.178_779), SIMD3(-0.078_411, 0.930_809, 0.147_602),
        SIMD3(0.004_733, 0.691_367, 0.303_900)
      )
    }
  }
}
