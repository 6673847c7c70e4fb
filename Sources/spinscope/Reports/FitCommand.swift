import Foundation
import Probing
import Transformers

/// The command that fits a run again, from what the run says of itself.
struct FitCommand {
  private let run: Run

  init(_ run: Run) { self.run = run }

  /// `spinscope fit …`, as a shell reads it.
  var line: String {
    (["spinscope"] + arguments).map(quoted).joined(separator: " ")
  }

  /// The arguments, without those that say what is so anyway.
  var arguments: [String] {
    let source = run.info.data.source
    func option(_ name: String, _ value: String?) -> [String] { value.map { [name, $0] } ?? [] }
    let texts =
      source.files + option("--validation", source.validationFile)
      + option("--test", source.testFile) + option("--text", source.textColumn)
      + option("--label", source.labelColumn) + option("--split", source.splitColumn)
      + (source.seed == 42 ? [] : ["--seed", "\(source.seed)"])
    let skipsDecoder = run.info.model.shape.allBlocks > run.info.stacks.allBlocks
    let extras =
      (skipsDecoder ? ["--no-decoder"] : []) + (run.info.isHalf ? ["--half"] : [])
      + (run.scores.repeats.isEmpty ? [] : ["--repeats", "\(run.scores.repeats.count)"])
      + (isHeldAgainstUntrained ? [] : ["--no-untrained"])
      + (run.info.halves == 5 ? [] : ["--stability", "\(run.info.halves)"])
    // Of features that were made elsewhere the first argument is data, and there is no model.
    let model =
      run.info.model.isElsewhere ? ["--features", run.info.model.path] : [run.info.model.path]
    return ["fit"] + model + texts + ["-o", "again.spin"] + settings + extras
  }

  /// Whether the fit asked for the control, which features alone cannot have.
  private var isHeldAgainstUntrained: Bool {
    run.info.model.isElsewhere || run.scores.controls.contains { $0.untrained != nil }
  }

  /// What differs from the defaults or from the paper's settings, whichever is less to say.
  private var settings: [String] {
    let plain = differences(from: FitSettings())
    let paper = ["--paper"] + differences(from: .paper)
    return plain.count <= paper.count ? plain : paper
  }

  private func differences(from usual: FitSettings) -> [String] {
    let settings = run.info.settings
    var arguments: [String] = []
    func add<Value: Equatable>(
      _ name: String, _ value: KeyPath<FitSettings, Value>, _ text: (Value) -> String
    ) {
      if settings[keyPath: value] != usual[keyPath: value] {
        arguments += [name, text(settings[keyPath: value])]
      }
    }
    func list(_ values: [some Any]) -> String { values.map { "\($0)" }.joined(separator: ",") }
    add("--read", \.sources) { list($0.map(\.rawValue)) }
    // Features that were made elsewhere are tried in all their poolings unless told otherwise.
    if run.info.model.isElsewhere || settings.poolings != Pooling.usual(for: run.info.model.shape) {
      arguments += ["--poolings", list(settings.poolings.map(\.rawValue))]
    }
    add(settings.etas.isEmpty ? "--top" : "--eta", \.selections) { list($0.map(\.value)) }
    add("--saliency", \.saliency, \.rawValue)
    switch settings.cGrid {
    case .values(let values): add("--c", \.cGrid) { _ in list(values) }
    case .multiples(let values): add("--multiples", \.cGrid) { _ in list(values) }
    }
    add("--scaling", \.classifier.scaling, \.rawValue)
    add("--weighting", \.classifier.weighting, \.rawValue)
    add("--scheme", \.classifier.scheme) { $0 == .softmax ? "softmax" : "one-versus-rest" }
    add("--choice", \.choice, \.rawValue)
    add("--depths", \.depths, \.rawValue)
    if (settings.normsLast ?? false) != (usual.normsLast ?? false) {
      arguments.append(settings.normsLast == true ? "--final-norm" : "--no-final-norm")
    }
    add("--tolerance", \.classifier.tolerance) { "\($0)" }
    return arguments
  }

  /// As a shell takes it for one word.
  private func quoted(_ argument: String) -> String {
    let plain = argument.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_./,=:+@".contains($0))
    }
    return plain && !argument.isEmpty
      ? argument : "'" + argument.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
