import Foundation
import Testing

@testable import Probing

@Suite("Slices in which a head errs more than elsewhere")
struct ErrorSlicesTests {
  /// Texts of two classes; every text with "but" is taken for the other class.
  private static func table(_ count: Int) -> TextTable {
    TextTable(
      rows: (0..<count).map { place in
        let isHard = place % 5 == 0
        let label = place / 5 % 2
        let answer = isHard ? 1 - label : label
        let filler = Array(repeating: "very", count: place % 4).joined(separator: " ")
        return TextRow(
          id: place, text: "It is \(filler) fine\(isHard ? ", but long" : "") here",
          split: .validation, label: label,
          probabilities: [answer == 0 ? 0.9 : 0.1, answer == 0 ? 0.1 : 0.9])
      })
  }

  @Test("the word that goes with the errors comes first, and stays after the correction")
  func word() throws {
    let slices = ErrorSlices(Self.table(200), places: Array(0..<200), classes: 2)
    let worst = try #require(slices.slices.first)
    #expect([.word("but"), .word("long")].contains(worst.condition))
    #expect(worst.inside.accuracy == 0 && worst.outside.accuracy == 1 && worst.inside.n == 40)
    #expect(worst.excess.value == 1 && worst.excess.low > 0.8 && worst.corrected < 1e-20)
  }

  @Test("without errors nothing is found, and nothing divides by zero")
  func none() {
    let right = TextTable(
      rows: (0..<40).map {
        TextRow(
          id: $0, text: "text \($0)", split: .validation, label: $0 % 2,
          probabilities: $0 % 2 == 0 ? [1, 0] : [0, 1])
      })
    let slices = ErrorSlices(right, places: Array(0..<40), classes: 2)
    #expect(!slices.slices.isEmpty)
    #expect(slices.slices.allSatisfy { $0.p == 1 && $0.corrected == 1 && $0.excess.value == 0 })
  }

  @Test("few texts make no slice")
  func few() {
    #expect(ErrorSlices(Self.table(12), places: Array(0..<12), classes: 2).slices.isEmpty)
    #expect(ErrorSlices(Self.table(12), places: [], classes: 2).slices.isEmpty)
  }

  @Test("each slice is what its query selects")
  func query() {
    let table = Self.table(200)
    for slice in ErrorSlices(table, places: Array(0..<200), classes: 2).slices {
      #expect(TextQuery(slice.condition).select(table.rows).count == slice.inside.n)
    }
  }

  @Test("a correction is no smaller than the one before it, and none exceeds 1")
  func holm() {
    let slices = ErrorSlices(Self.table(200), places: Array(0..<200), classes: 2).slices
    let corrected = slices.map(\.corrected)
    #expect(corrected == corrected.sorted() && corrected.allSatisfy { 0...1 ~= $0 })
    #expect(slices[0].corrected >= slices[0].p * Double(slices.count) - 1e-300)
  }

  @Test("the tail is that of Fisher's tea tasting: four cups of eight, all right, 1 in 70")
  func tail() {
    #expect(abs(upperTail(4, drawn: 4, marked: 4, of: 8) - 1.0 / 70) < 1e-12)
    #expect(abs(upperTail(3, drawn: 4, marked: 4, of: 8) - 17.0 / 70) < 1e-12)
    #expect(upperTail(0, drawn: 4, marked: 4, of: 8) == 1)
  }
}
