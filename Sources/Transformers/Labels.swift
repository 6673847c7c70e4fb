import StrictJSON

/// What a configuration says of a classification head, with the defaults of transformers.
extension Configuration {
  /// `architectures`: the classes that wrote the checkpoint, such as
  /// `BertForSequenceClassification`; empty where it does not say.
  var architectures: [String] {
    get throws(ModelError) {
      guard !isNull("architectures") else { return [] }
      guard case .array(let values)? = self["architectures"] else {
        throw wrong("architectures", expected: "a list of class names")
      }
      var names: [String] = []
      for value in values {
        guard let name = value.text else {
          throw wrong("architectures", expected: "a list of class names")
        }
        names.append(name)
      }
      return names
    }
  }

  /// Whether the checkpoint classifies texts, as its class says; where it names none, as its
  /// tensors do.
  ///
  /// Tensors alone would not tell: a tagger of words has a `classifier` too.
  func isTextClassifier(hasHead: @autoclosure () -> Bool) throws(ModelError) -> Bool {
    let classes = try architectures
    return classes.isEmpty
      ? hasHead() : classes.contains { $0.contains("ForSequenceClassification") }
  }

  /// The names of `id2label`; without it `LABEL_0`, `LABEL_1` and so on, `num_labels` or 2 of them.
  var labels: [String] {
    get throws(ModelError) {
      guard !isNull("id2label") else { return try numberedLabels }
      guard case .object(let members)? = self["id2label"], !members.isEmpty else {
        throw wrong("id2label", expected: "an object with the name of each label")
      }
      var names = [String?](repeating: nil, count: members.count)
      for member in members {
        let key = String(decoding: member.key, as: UTF8.self)
        guard let id = Int(key), names.indices.contains(id), names[id] == nil,
          let name = member.value.text ?? member.value.integer.map(String.init)
        else { throw badLabel("a name for each id from 0 to \(members.count - 1)", found: key) }
        names[id] = name
      }
      return try distinct(names.compactMap { $0 })
    }
  }

  /// More labels than this have no head, and a name each would fill the memory.
  private static let maxLabels = 1_000_000

  private var numberedLabels: [String] {
    get throws(ModelError) {
      let count = isNull("num_labels") ? 2 : try size("num_labels")
      guard count <= Self.maxLabels else {
        throw wrong("num_labels", expected: "at most \(Self.maxLabels)")
      }
      return (0..<count).map { "LABEL_\($0)" }
    }
  }

  /// Answers go by names.
  private func distinct(_ names: [String]) throws(ModelError) -> [String] {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw badLabel("another name for each label", found: "\(name) twice")
    }
    return names
  }

  private func badLabel(_ expected: String, found: String) -> ModelError {
    ModelError(
      path: path, problem: .configuration(key: "id2label", expected: expected, found: found))
  }

  /// `problem_type`; without it one label is a value, more exclude each other: what transformers
  /// trains them as.
  func headKind(labels count: Int) throws(ModelError) -> ClassificationHead.Kind {
    let key = "problem_type"
    if isNull(key) { return count == 1 ? .regression : .exclusive }
    let name = try word(key, default: "")
    guard let kind = ClassificationHead.Kind(rawValue: name) else {
      throw ModelError(
        path: path,
        problem: .unsupported(
          what: key, found: name,
          supported: ClassificationHead.Kind.allCases.map(\.rawValue).joined(separator: ", ")))
    }
    guard kind != .exclusive || count > 1 else {
      throw wrong(key, expected: "regression or multi_label_classification for one label")
    }
    return kind
  }
}
