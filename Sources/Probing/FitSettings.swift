/// Which values of C a fit tries.
public enum CGrid: Sendable, Codable, Equatable {
  /// Multiples of the C at which the first weight appears, which every problem has its own of.
  case multiples([Double])
  /// The same values for every problem.
  case values([Double])

  /// How many there are.
  public var count: Int {
    switch self {
    case .multiples(let list), .values(let list): list.count
    }
  }

  /// The smaller half of the values, at least one: where the penalty is strong.
  var strongHalf: CGrid {
    let half = Array(list.sorted().prefix((count + 1) / 2))
    return if case .values = self { .values(half) } else { .multiples(half) }
  }

  var list: [Double] {
    switch self {
    case .multiples(let list), .values(let list): list
    }
  }
}

/// By what validation chooses among classifiers.
public enum ChoiceRule: String, Sendable, Codable, CaseIterable {
  /// The smallest mean −log p, which on a few hundred texts orders classifiers with less luck.
  case loss
  /// The largest share of right answers, as the paper does.
  case accuracy
  /// The largest macro-F1, as the paper does where classes are unbalanced.
  case macroF1 = "macro-f1"
}

/// Which depths compete.
public enum DepthSearch: String, Sendable, Codable, CaseIterable {
  /// All layers while source, pooling and selection are chosen, then every depth of the winner.
  case chosen
  /// Every depth of every configuration, as the paper does: the whole grid.
  case all
}

/// What a fit tries and how.
public struct FitSettings: Sendable, Codable, Equatable {
  /// What heads read; tried in turn.
  public var sources = HeadSource.allCases
  /// One pooling serves all layers of a classifier; these are tried in turn.
  public var poolings: [Pooling] = [.first, .max, .mean]
  /// How many of a layer's neurons are kept; tried in turn.
  public var selections: [NeuronSelection] = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8].map { .eta($0) }
  public var saliency = SaliencyMeasure.squared
  public var cGrid = CGrid.multiples(ClassifierPath.multiples)
  public var classifier = ClassifierSettings()
  public var choice = ChoiceRule.loss
  public var depths = DepthSearch.chosen
  /// Whether the last hidden state is the one after a model's final norm; nil, as in runs that were
  /// written before there was the choice, is not.
  public var normsLast: Bool?

  /// The settings that a fit uses unless told otherwise.
  public init() {}

  /// The paper's grid, on features as they are, chosen by validation accuracy.
  ///
  /// The solver still runs to its optimum, which the authors' four or two iterations at a time did not.
  /// The last hidden state is `hidden_states[-1]` of transformers, after the final norm of a model
  /// that has one.
  /// Source: the authors' code, `sparsify.py`.
  public static var paper: FitSettings {
    var settings = FitSettings()
    settings.sources = [.hidden, .activation]
    settings.selections = [0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8].map { .eta($0) }
    settings.cGrid = .values([0.1, 0.2, 1, 10, 100])
    settings.classifier.scaling = .none
    settings.choice = .accuracy
    settings.depths = .all
    settings.normsLast = true
    return settings
  }

  /// The representations whose layers are probed.
  public var representations: [Representation] {
    Representation.allCases.filter { kind in
      sources.contains { $0.representations.contains(kind) }
    }
  }

  /// The shares η that are tried.
  public var etas: [Double] { selections.compactMap(\.eta) }

  /// Whether a fit can have used them.
  var isPossible: Bool {
    !sources.isEmpty && !poolings.isEmpty && !selections.isEmpty
      && selections.allSatisfy(\.isPossible) && cGrid.count > 0
      && cGrid.list.allSatisfy { $0 > 0 && $0.isFinite }
  }
}
