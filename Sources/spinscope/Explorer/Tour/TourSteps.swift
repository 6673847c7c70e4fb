/// The steps of the guided tour, in order: the six stages of the paper's demo, then what it lacks.
///
/// A step is nothing but data: tests play every one on several runs, so that a key, pane or number
/// that is no longer there is found.
enum TourSteps {
  static let all = method + beyond

  /// The method, stage by stage.
  private static let method = [
    sentence, pooling, probes, selection, integration, head,
  ]

  /// What can be done with it.
  private static let beyond = [live, waterfall, exits, neuron, silence, warning]

  private static let sentence = TourStep(
    id: "sentence", title: "A sentence goes in",
    scene: TourScene(tab: .layers), panes: ["Sentence"], panesAfter: ["Map"],
    awaits: TourKey(actions: ["map"], purpose: "to see them all", goal: .tab(.map)),
    before: [
      TourSentence(
        "{model} is a language model. The marked sentence went through its {blocks} blocks, one after "
          + "the other."),
      "Each block turned every word into {width} numbers: the {kind} of its neurons.",
      "SPIN looks for the few among them that tell one thing: {question}",
    ],
    after: [
      "Each row of the map is {aLayer}, the last on top. From left to right stand its {width} neurons.",
      "Marks are neurons that help to tell. Where it is empty, no neuron is needed.",
    ])

  private static let pooling = TourStep(
    id: "pooling", title: "One number for a whole text",
    scene: TourScene(tab: .layers), panes: ["Probe accuracy"],
    awaits: TourKey(
      actions: ["pooling"], purpose: "for the next pooling", goal: .pooling,
      condition: .severalPoolings),
    before: [
      "A neuron has a value at every word, but texts differ in length.",
      "Pooling makes one value of them: the first, the last, the largest (max) or the mean.",
      "Now each neuron counts with {poolingWords}.",
      TourSentence("This run tried no other pooling.", if: .onePooling),
    ],
    after: [
      "Now each neuron counts with {poolingWords}.",
      "The best layer is right on {bestAccuracy} % of the texts now; it was {bestAccuracyBefore} %.",
      TourSentence(
        "On its validation texts this run did best with {headPooling} pooling.", detail: true),
    ])

  private static let probes = TourStep(
    id: "probes", title: "A probe for every layer",
    scene: TourScene(tab: .layers, cursor: .bottom), panes: ["Probe accuracy"],
    awaits: TourKey(
      actions: ["row.down"], purpose: "to go down a layer", goal: .layer,
      condition: .severalLayers),
    before: [
      "A probe is a very simple judge: it gives every neuron of one layer a weight, and adds up.",
      "It learnt from {train} texts. Its bar says what share of {held} others it gets right.",
      TourSentence(
        "The thin line at the end is the margin of error. A judge that always says {majorityClass} "
          + "gets {majority} %.", detail: true),
    ],
    after: [
      TourSentence(
        "Down the rows you see where the answer appears. {best} knows it best: {bestScore}.",
        if: .layersKnow,
        else:
          "{best} does best: {bestScore}. That is not clearly more than always saying one class."
      ),
      TourSentence(
        "But {tied} within its margin of error: which layer is best is not certain.",
        if: .layersAreTied, else: "No other layer comes within its margin of error."),
    ])

  private static let selection = TourStep(
    id: "selection", title: "A few neurons carry it",
    scene: TourScene(tab: .layer), panes: ["Layer", "Salient neurons"],
    awaits: TourKey(actions: ["eta.more", "eta.less"], purpose: "to move η", goal: .eta),
    before: [
      "{layer} has {width} neurons. Its probe gave {weighted} of them a weight, the rest none.",
      "The strongest come first. The curve adds up their squared weights, up to 100 %.",
      "η (eta) says how far up the curve we go. At {eta} we keep {kept}.",
    ],
    after: [
      TourSentence(
        "At {eta} it is {kept}; before it was {keptBefore}.", if: .keptChanged,
        else: "At {eta} it is still {kept}: {theyReach} so far."),
      "Keeping only these is the first half of SPIN: sparsify.",
    ])

  private static let integration = TourStep(
    id: "integration", title: "All layers side by side",
    scene: TourScene(tab: .layers), panes: ["Kept neurons", "Probe accuracy"],
    awaits: TourKey(
      actions: ["states", "activations"], purpose: "to see the {otherKind}", goal: .representation,
      condition: .bothKinds),
    before: [
      "No layer has to know everything. So the kept neurons of all layers are put side by side.",
      "That is the other half of SPIN: integrate.",
      "Of the {kind}, η {eta} keeps {keptTotal}.",
      TourSentence(
        "There is a second kind of numbers: the {otherKind}, {otherKindWords}.", if: .bothKinds,
        else: "{mix}"),
    ],
    after: [
      "Of the {kind}, η {eta} keeps {keptTotal}.",
      "{mix}",
    ])

  private static let head = TourStep(
    id: "head", title: "One small head decides",
    scene: TourScene(tab: .layers), panes: ["Head by depth", "Probe accuracy"], panesAfter: ["Run"],
    awaits: TourKey(actions: ["run"], purpose: "to see its mistakes", goal: .tab(.run)),
    before: [
      "One more judge, the head, adds up over the neurons that were kept: {headNeurons} here.",
      "On {tested} test texts, which no choice has seen, it is right on {testScore}.",
      TourSentence(
        "The usual way, the last layer alone, gets {baseTest} %. The head is clearly better.",
        if: .beatsBase,
        else: "The usual way, the last layer alone, gets {baseTest} %: {baseVerdict}."),
    ],
    after: [
      "Rows are the true classes, columns what the head says of {held} validation texts.",
      TourSentence(
        "It gets {wrong} wrong. The commonest mistake: {confusion}.", if: .hasMistakes,
        else: "It gets none of them wrong."),
    ])
}
