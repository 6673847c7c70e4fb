public import ArgumentParser
import Foundation
public import Probing

/// What a fit tries, as the command line says it.
struct FitOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "The paper's grid: its η and C, unscaled features, w², every depth, chosen by accuracy.",
      discussion: "Other options change parts of it."))
  var paper = false

  @Option(help: "What heads read, of hidden, activation and both.")
  var read: List<HeadSource>?

  @Flag(
    inversion: .prefixedNo,
    help: "Read the decoder of an encoder-decoder such as T5 too, as the paper does.")
  var decoder = true

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Take the last hidden state after the final norm of GPT-2 or T5, as transformers lists it.",
      discussion: "With --paper it is; other families have no such norm."))
  var finalNorm: Bool?

  @Option(help: "Poolings, of first, last, max and mean; the paper's for the family by default.")
  var poolings: List<Pooling>?

  @Option(help: "Shares of a layer's saliency to keep, such as 0.1,0.5.")
  var eta: List<Double>?

  @Option(help: "Neurons a layer to keep, such as 10,50, instead of shares.")
  var top: List<Int>?

  @Option(help: "Saliency of a weight: squared or absolute.")
  var saliency: SaliencyMeasure?

  @Option(name: .customLong("c"), help: "Values of C, such as 0.1,1,10.")
  var values: List<Double>?

  @Option(help: "Values of C as multiples of the one at which the first weight appears.")
  var multiples: List<Double>?

  @Option(help: "Scaling of features: standard (mean 0, deviation 1) or none.")
  var scaling: Scaling?

  @Option(help: "How much the texts of a class count: none (each once) or balanced.")
  var weighting: ClassWeighting?

  @Option(help: "More than two classes: one-versus-rest or softmax.")
  var scheme: ClassScheme?

  @Option(help: "What validation chooses by: loss, accuracy or macro-f1.")
  var choice: ChoiceRule?

  @Option(help: "Depths that compete: chosen (of the best configuration) or all (the whole grid).")
  var depths: DepthSearch?

  @Option(help: "The relative duality gap at which a fit is done.")
  var tolerance: Double?

  func validate() throws {
    guard eta == nil || top == nil else { throw ValidationError("give --eta or --top, not both") }
    guard values == nil || multiples == nil else {
      throw ValidationError("give --c or --multiples, not both")
    }
    guard eta?.all({ 0 < $0 && $0 <= 1 }) ?? true else {
      throw ValidationError("--eta must be above 0 and at most 1")
    }
    guard top?.all({ $0 >= 1 }) ?? true else { throw ValidationError("--top must be 1 or more") }
    guard values?.all({ $0 > 0 && $0.isFinite }) ?? true,
      multiples?.all({ $0 > 0 && $0.isFinite }) ?? true
    else { throw ValidationError("--c and --multiples must be above 0") }
    guard tolerance.map({ 0 < $0 && $0 < 1 }) ?? true else {
      throw ValidationError("--tolerance must be between 0 and 1")
    }
  }

  /// The defaults or the paper's, with what was asked for in their place.
  var settings: FitSettings {
    var settings = paper ? FitSettings.paper : FitSettings()
    if let read { settings.sources = read.values }
    if let eta { settings.selections = eta.values.sorted().map { .eta($0) } }
    if let top { settings.selections = top.values.sorted().map { .top($0) } }
    if let saliency { settings.saliency = saliency }
    if let values { settings.cGrid = .values(values.values.sorted()) }
    if let multiples { settings.cGrid = .multiples(multiples.values.sorted()) }
    if let scaling { settings.classifier.scaling = scaling }
    if let weighting { settings.classifier.weighting = weighting }
    if let scheme { settings.classifier.scheme = scheme }
    if let choice { settings.choice = choice }
    if let depths { settings.depths = depths }
    if let tolerance { settings.classifier.tolerance = tolerance }
    if let finalNorm { settings.normsLast = finalNorm ? true : nil }
    return settings
  }
}

/// Values with commas between them, none twice.
struct List<Element: ExpressibleByArgument & Hashable>: ExpressibleByArgument {
  let values: [Element]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap {
      Element(argument: $0.trimmingCharacters(in: .whitespaces))
    }
    guard values.count == parts.count, Set(values).count == values.count else { return nil }
  }

  static var allValueStrings: [String] { Element.allValueStrings }

  func all(_ holds: (Element) -> Bool) -> Bool { values.allSatisfy(holds) }
}

extension HeadSource: ExpressibleByArgument {}
extension Pooling: ExpressibleByArgument {}
extension SaliencyMeasure: ExpressibleByArgument {}
extension Scaling: ExpressibleByArgument {}
extension ClassWeighting: ExpressibleByArgument {}
extension ChoiceRule: ExpressibleByArgument {}
extension DepthSearch: ExpressibleByArgument {}

extension ClassScheme: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "one-versus-rest": self = .oneVersusRest
    case "softmax": self = .softmax
    default: return nil
    }
  }

  public static var allValueStrings: [String] { ["one-versus-rest", "softmax"] }
}
