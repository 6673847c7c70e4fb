/// How a pooled value goes back to the tokens that it was pooled from.
///
/// Shares add up to what they explain; leave-one-out says what the value loses without a token,
/// and need not add up. Both say where a neuron fired, not which word made it fire.
public enum TokenShares {
  /// Each token's part of mean − reference: (a_t − r) / |T|.
  public static func ofMean(_ values: [Double], reference: Double) -> [Double] {
    values.map { ($0 - reference) / Double(values.count) }
  }

  /// What the mean loses without a token: (a_t − mean) / (|T| − 1); 0 of a text of one.
  public static func leavingOneOutOfMean(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    return values.map { values.count > 1 ? ($0 - mean) / Double(values.count - 1) : 0 }
  }

  /// Each token's part of maximum − reference: all of it for the largest, in equal parts for
  /// equals.
  public static func ofMaximum(_ values: [Double], reference: Double) -> [Double] {
    guard let largest = values.max() else { return [] }
    let ties = Double(values.count { $0 == largest })
    return values.map { $0 == largest ? (largest - reference) / ties : 0 }
  }

  /// What the maximum loses without a token: its lead over the runner-up, which is 0 for all but
  /// one token; 0 of a text of one.
  public static func leavingOneOutOfMaximum(_ values: [Double]) -> [Double] {
    let sorted = values.sorted(by: >)
    guard sorted.count > 1 else { return values.map { _ in 0 } }
    return values.map { $0 == sorted[0] ? sorted[0] - sorted[1] : 0 }
  }

  /// Each token's part of maximum − floor by its Shapley value: what it adds to the maximum, over
  /// all orders in which the tokens could come.
  ///
  ///     φ₍ⱼ₎ = φ₍ⱼ₋₁₎ + (a₍ⱼ₎ − a₍ⱼ₋₁₎) / (n − j + 1),   a₍₀₎ = floor,   values ascending
  ///
  /// Tokens share what they would both have reached, so a word said twice does not lose its part.
  /// The floor must lie below the values: the neuron's mean would leave nothing to share wherever
  /// the maximum is below it. What the floor is off a reference r is a constant of its own,
  /// w (x − r) = w (x − floor) + w (floor − r).
  /// Source: Littlechild & Owen 1973, "A simple expression for the Shapley value in a special
  /// case" (the airport game).
  public static func shapleyOfMaximum(_ values: [Double], floor: Double) -> [Double] {
    precondition(values.allSatisfy { $0 >= floor }, "a value below the floor \(floor)")
    var shares = [Double](repeating: 0, count: values.count)
    var (share, last) = (0.0, floor)
    for (place, token) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
      share += (values[token] - last) / Double(values.count - place)
      last = values[token]
      shares[token] = share
    }
    return shares
  }
}
