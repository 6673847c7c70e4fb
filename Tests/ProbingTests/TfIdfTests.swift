import Tensors
import Testing

@testable import Probing

@Suite("Words as features")
struct TfIdfTests {
  @Test("vocabulary and values are scikit-learn's")
  func scikit() throws {
    let fixture = try StatisticsFixture.shared.get().tfidf
    for expected in fixture.cases {
      let model = TfIdf(fixture.train, maximumWords: expected.limit)
      #expect(model.vocabulary == expected.vocabulary)
      for (texts, rows) in [(fixture.train, expected.train), (fixture.test, expected.test)] {
        let found = model.features(texts)
        #expect(found.rows == texts.count && found.columns == expected.vocabulary.count)
        for (row, values) in rows.enumerated() {
          #expect(largestDifference(found.row(row).map(Double.init), values) < 1e-7)
        }
      }
    }
  }

  @Test("rows have length 1, or none where no word is known")
  func length() {
    let model = TfIdf(["good film", "bad film", "good plot"])
    #expect(model.vocabulary == ["film", "good"])
    let x = model.features(["a good, GOOD film", "unseen", ""])
    #expect(abs(x.row(0).reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
    #expect(x.row(1) == [0, 0] && x.row(2) == [0, 0])
  }

  @Test("a word is two or more letters, digits or underscores of any script")
  func words() {
    #expect(Probing.words(of: "It's a 10/10 FILM_x!") == ["it", "10", "10", "film_x"])
    #expect(Probing.words(of: "Über 愛している ½ ①②") == ["über", "愛している", "①②"])
    #expect(Probing.words(of: " .,!") == [] && Probing.words(of: "") == [])
  }

  @Test("without a common word there is no column")
  func none() {
    let model = TfIdf(["one", "two"])
    #expect(model.vocabulary.isEmpty)
    #expect(model.features(["one"]) == Matrix(rows: 1, columns: 0))
  }
}
