import Testing

@testable import Probing

@Suite("Which candidate to take")
struct ChoiceRulesTests {
  @Test("the best has the least mean loss; the one-standard-error choice is the smallest near it")
  func choice() {
    // Against the best, the second loses 0.02 ± 0.04 a text, the third 0.3 ± 0.03.
    let best = [0.1, 0.5, 0.3, 0.7]
    let near = [0.2, 0.42, 0.4, 0.66]
    let far = [0.4, 0.75, 0.65, 1.0]
    let choice = Choice([
      Candidate(losses: near, size: 50), Candidate(losses: best, size: 400),
      Candidate(losses: far, size: 3),
    ])
    #expect(choice.best == 1 && choice.oneStandardError == 0)
    #expect(choice.ratings.map(\.isWithinOneStandardError) == [true, true, false])
    #expect(choice.ratings[1].excess == 0 && choice.ratings[1].excessStandardError == 0)
    #expect(abs(choice.ratings[1].loss - 0.4) < 1e-12)
    #expect(abs(choice.ratings[0].excess - 0.02) < 1e-12)
    // Differences 0.1, −0.08, 0.1, −0.04: deviation 0.0938, over √4.
    #expect(abs(choice.ratings[0].excessStandardError - 0.0469042) < 1e-6)
  }

  @Test("the standard error is that of the difference, not of the loss")
  func paired() {
    // Texts differ much, the candidates by 0.1 on each.
    let best = [0.0, 1, 2, 3]
    let choice = Choice([
      Candidate(losses: best, size: 9), Candidate(losses: best.map { $0 + 0.1 }, size: 1),
    ])
    #expect(choice.ratings[0].standardError > 0.5)
    #expect(choice.ratings[1].excessStandardError < 1e-12)
    #expect(choice.oneStandardError == 0)
  }

  @Test("equals go to the smallest, then to the first")
  func ties() {
    let losses = [0.5, 0.25]
    let choice = Choice([30, 20, 20].map { Candidate(losses: losses, size: $0) })
    #expect(choice.best == 1 && choice.oneStandardError == 1)
    let single = Choice([Candidate(losses: [], size: 0)])
    #expect(single.best == 0 && single.oneStandardError == 0)
  }

  @Test("the choice is never larger than the best, and always near it")
  func property() {
    var noise = Noise(seed: 51)
    for _ in 0..<100 {
      let candidates = (0..<1 + noise.below(8)).map { _ in
        Candidate(losses: (0..<20).map { _ in Double(noise.next()) }, size: noise.below(5))
      }
      let choice = Choice(candidates)
      let (best, chosen) = (candidates[choice.best], candidates[choice.oneStandardError])
      #expect(chosen.size <= best.size)
      #expect(choice.ratings[choice.oneStandardError].isWithinOneStandardError)
      #expect(choice.ratings.allSatisfy { $0.loss >= choice.ratings[choice.best].loss })
      #expect(
        zip(candidates, choice.ratings).allSatisfy {
          !$1.isWithinOneStandardError || $0.size >= chosen.size
        })
    }
  }
}
