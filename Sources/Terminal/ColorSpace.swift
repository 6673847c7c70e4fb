import Foundation

/// An sRGB colour with components 0 to 255.
struct RGB: Equatable, Hashable, Sendable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Reads `0xRRGGBB`.
  init(hex: UInt32) {
    self.init(UInt8(hex >> 16 & 0xFF), UInt8(hex >> 8 & 0xFF), UInt8(hex & 0xFF))
  }

  var color: Color { .rgb(red, green, blue) }

  /// `#rrggbb`, as theme files write it.
  var notation: String {
    let digits = String(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue), radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// Light intensities 0 to 1.
  var linear: SIMD3<Double> {
    func expand(_ component: UInt8) -> Double {
      let c = Double(component) / 255
      return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
    }
    return SIMD3(expand(red), expand(green), expand(blue))
  }

  /// The ratio of luminances of two colours, 1 (the same) to 21 (black on white).
  ///
  /// Source: Web Content Accessibility Guidelines 2.2, "contrast ratio" and "relative luminance".
  func contrast(with other: RGB) -> Double {
    func luminance(_ color: RGB) -> Double {
      (SIMD3(0.2126, 0.7152, 0.0722) * color.linear).sum() + 0.05
    }
    let (a, b) = (luminance(self), luminance(other))
    return max(a, b) / min(a, b)
  }

  /// Clips what lies outside sRGB.
  init(linear: SIMD3<Double>) {
    func compress(_ light: Double) -> UInt8 {
      let c = light <= 0.003_130_8 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055
      return UInt8((min(1, max(0, c)) * 255).rounded())
    }
    self.init(compress(linear.x), compress(linear.y), compress(linear.z))
  }
}

/// A colour in OKLab, where straight lines look evenly graded.
///
/// Source: Björn Ottosson, "A perceptual color space for image processing", 2020.
struct OKLab: Equatable, Sendable {
  var value: SIMD3<Double>

  init(_ rgb: RGB) {
    let c = rgb.linear
    let l = cbrt(0.412_221_470_8 * c.x + 0.536_332_536_3 * c.y + 0.051_445_992_9 * c.z)
    let m = cbrt(0.211_903_498_2 * c.x + 0.680_699_545_1 * c.y + 0.107_396_956_6 * c.z)
    let s = cbrt(0.088_302_461_9 * c.x + 0.281_718_837_6 * c.y + 0.629_978_700_5 * c.z)
    value = SIMD3(
      0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
      1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
      0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s)
  }

  init(value: SIMD3<Double>) { self.value = value }

  var rgb: RGB {
    let l = cube(value.x + 0.396_337_777_4 * value.y + 0.215_803_757_3 * value.z)
    let m = cube(value.x - 0.105_561_345_8 * value.y - 0.063_854_172_8 * value.z)
    let s = cube(value.x - 0.089_484_177_5 * value.y - 1.291_485_548_0 * value.z)
    return RGB(
      linear: SIMD3(
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s))
  }

  /// The colour at `fraction` of the way to `other`.
  func mixed(with other: OKLab, fraction: Double) -> OKLab {
    OKLab(value: value + (other.value - value) * fraction)
  }

  /// How different two colours look; about 0.02 is just seen.
  func distance(to other: OKLab) -> Double {
    let difference = value - other.value
    return (difference * difference).sum().squareRoot()
  }

  private func cube(_ x: Double) -> Double { x * x * x }
}

/// A colour in CIELAB (D65), whose distances are about those that are seen.
struct CIELab: Equatable, Sendable {
  var lightness: Double
  var a: Double
  var b: Double

  init(_ rgb: RGB) {
    let c = rgb.linear
    func f(_ t: Double) -> Double { t > 0.008_856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
    let x = f((0.412_456_4 * c.x + 0.357_576_1 * c.y + 0.180_437_5 * c.z) / 0.950_47)
    let y = f(0.212_672_9 * c.x + 0.715_152_2 * c.y + 0.072_175_0 * c.z)
    let z = f((0.019_333_9 * c.x + 0.119_192_0 * c.y + 0.950_304_1 * c.z) / 1.088_83)
    lightness = 116 * y - 16
    a = 500 * (x - y)
    b = 200 * (y - z)
  }

  func squaredDistance(to other: CIELab) -> Double {
    let l = lightness - other.lightness
    let da = a - other.a
    let db = b - other.b
    return l * l + da * da + db * db
  }
}
