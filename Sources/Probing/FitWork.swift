public import Tensors

/// What every part of a fit works on, and how: features, splits, settings and threads.
public struct FitWork: Sendable {
  let features: Features
  let data: DataSet
  let splits: SplitLabels
  let settings: FitSettings
  let stacks: Stacks
  /// The tokens of each text.
  let lengths: [Int]
  let workers: Int
  private let units: FitUnits?

  /// Joins extracted features with the data set that they belong to.
  ///
  /// - Parameters:
  ///   - features: of all texts.
  ///   - data: the texts with labels and splits.
  ///   - stacks: the model's blocks, as they were read.
  ///   - lengths: the tokens of each text.
  ///   - settings: what to try.
  ///   - workers: threads at most; the results do not depend on them.
  ///   - units: keeps every piece as it is done, for a fit that goes on later.
  public init(
    _ features: Features, _ data: DataSet, stacks: Stacks, lengths: [Int], settings: FitSettings,
    workers: Int = availableWorkers(), units: FitUnits? = nil
  ) {
    self.init(
      features, data, SplitLabels(data), stacks: stacks, lengths: lengths, settings: settings,
      workers: workers, units: units)
  }

  private init(
    _ features: Features, _ data: DataSet, _ splits: SplitLabels, stacks: Stacks, lengths: [Int],
    settings: FitSettings, workers: Int, units: FitUnits?
  ) {
    precondition(lengths.count == data.texts.count, "\(lengths.count) lengths")
    self.features = features
    self.data = data
    self.splits = splits
    self.stacks = stacks
    self.lengths = lengths
    self.settings = settings
    self.workers = workers
    self.units = units
  }

  /// The same work with training and validation texts drawn anew; test texts stay.
  func resplit(seed: UInt64) -> FitWork {
    FitWork(
      features, data, splits.drawnAnew(data, seed: seed), stacks: stacks, lengths: lengths,
      settings: settings, workers: workers, units: units?.within("seed.\(seed)"))
  }

  /// A piece of the work: the kept one, or a new one, which is kept.
  func unit<Value: FitUnit>(_ name: String, _ make: () -> Value?) -> Value? {
    units?.value(name, make) ?? make()
  }

  /// A piece of the work that was done and kept before; nil if it was not.
  func keptUnit<Value: FitUnit>(_ name: String) -> Value? { units?.kept(name) }

  /// Does `count` pieces in parallel and keeps the results that are not nil, in order.
  func inParallel<Result: Sendable>(
    _ phase: String, _ count: Int, _ progress: (WorkProgress) -> Bool,
    _ piece: @Sendable (Int) -> Result?
  ) -> [Result]? {
    var results = [Result?](repeating: nil, count: count)
    var done = 0
    var stopped = !progress(WorkProgress(phase, done: 0, total: count))
    forEachInParallel(
      count: stopped ? 0 : count, workers: workers, makeScratch: { () },
      work: { index, _ in piece(index) },
      consume: { index, result in
        results[index] = result
        done += 1
        stopped = !progress(WorkProgress(phase, done: done, total: count))
        return !stopped
      })
    return stopped ? nil : results.compactMap { $0 }
  }
}

/// Which texts train and which choose, with their classes.
struct SplitLabels: Sendable {
  let train: [Int]
  let trainLabels: [Int]
  let validation: [Int]
  let validationLabels: [Int]
  let classes: Int

  init(_ data: DataSet) {
    self.init(
      data, train: data.indices(of: .train), validation: data.indices(of: .validation))
  }

  /// Takes other texts to train and to choose than the data set's own.
  init(_ data: DataSet, train: [Int], validation: [Int]) {
    self.init(
      train: train, data.labels(at: train), validation: validation, data.labels(at: validation),
      classes: data.classes.count)
  }

  private init(
    train: [Int], _ trainLabels: [Int], validation: [Int], _ validationLabels: [Int], classes: Int
  ) {
    (self.train, self.trainLabels) = (train, trainLabels)
    (self.validation, self.validationLabels) = (validation, validationLabels)
    self.classes = classes
  }

  /// The same texts at other places: as many.
  func renumbered(train: Range<Int>, validation: Range<Int>) -> SplitLabels {
    SplitLabels(
      train: Array(train), trainLabels, validation: Array(validation), validationLabels,
      classes: classes)
  }

  /// The same texts, drawn anew: each class keeps its numbers of training and validation texts.
  func drawnAnew(_ data: DataSet, seed: UInt64) -> SplitLabels {
    var generator = SplitMix64(seed: seed)
    let texts = zip(train + validation, trainLabels + validationLabels)
    var drawn: [Int] = []
    for k in 0..<classes {
      let members = texts.filter { $0.1 == k }.map(\.0).sorted().shuffled(using: &generator)
      drawn += members.prefix(validationLabels.count { $0 == k })
    }
    let held = Set(drawn)
    return SplitLabels(
      data, train: (train + validation).filter { !held.contains($0) }.sorted(),
      validation: drawn.sorted())
  }
}
