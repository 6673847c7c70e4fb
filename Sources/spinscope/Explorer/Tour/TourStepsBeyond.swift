/// The steps behind the method: one's own sentence, its parts, and what not to believe.
extension TourSteps {
  static let live = TourStep(
    id: "live", title: "Now a sentence of yours",
    scene: TourScene(tab: .sentence), panes: ["Sentence"],
    awaits: TourKey(
      actions: ["type"], purpose: "and write", typing: "example", goal: .said, condition: .hasModel),
    before: [
      TourSentence(
        "The model is here, so it can read anything. The answer follows every letter.",
        if: .hasModel, else: "The model of this run is not here, so nothing new can be read."),
      TourSentence(
        "Ctrl-U clears the line, ⏎ ends it. If nothing comes to mind, try: “{example}”",
        if: .hasModel),
    ],
    after: [
      "It says {label}, with {certainty}.",
      "The word that moved it most is ‹{strongestWord}›: {strongestWordValue}.",
      TourSentence(
        "Coloured words speak {colours}.", detail: true),
    ])

  static let waterfall = TourStep(
    id: "waterfall", title: "Who made it say so?",
    scene: TourScene(tab: .sentence, cursor: .loudest), panes: ["Waterfall"],
    awaits: TourKey(
      actions: ["row.down"], purpose: "for the next neuron", goal: .neuron, condition: .canWalkHead),
    before: [
      TourSentence(
        "The head only adds up, so every answer comes apart without a rest.", if: .hasModel,
        else: "With its model, a sentence is taken apart here, neuron by neuron."),
      TourSentence(
        "It begins at {base}, which is an average text. Every layer moves the sum; it ends at "
          + "{logit}.", if: .hasModel),
      TourSentence(
        "Above 0 speaks for {explained}. Here {neuron} does most: {contribution}.", if: .hasModel),
    ],
    after: [
      "The next is {neuron}: {contribution}{atWord}.",
      "All parts together miss the sum by {remainder}.",
    ])

  static let exits = TourStep(
    id: "exits", title: "Did it know earlier?",
    scene: TourScene(tab: .sentence, cursor: .loudest), panes: ["Words", "Waterfall"],
    panesAfter: ["Head by depth", "Probe accuracy"],
    awaits: TourKey(actions: ["layers"], purpose: "to see whether that pays", goal: .tab(.layers)),
    before: [
      "There is a head for every depth, so the model can be stopped early.",
      TourSentence(
        "Asked after each layer, they call this sentence {label} from {firstDepth} on.",
        if: .hasModel),
    ],
    after: [
      TourSentence(
        "If it may stop once a head is {threshold} % sure, {meanBlocks} of {allBlocks} blocks run on "
          + "average.", if: .stopsEarly,
        else: "On this run no early head is sure enough: every text is read to the end."),
      TourSentence(
        "Then it is right on {earlyAccuracy} % of the test texts, without stopping on "
          + "{fullAccuracy} %.", if: .stopsEarly),
    ])

  static let neuron = TourStep(
    id: "neuron", title: "What does one neuron look for?",
    scene: TourScene(tab: .neuron), panes: ["Texts", "Neuron"],
    awaits: TourKey(
      actions: ["sample"], purpose: "for the lowest, a cross-section, and random ones", times: 3,
      goal: .randomTexts),
    before: [
      "{neuron} has the largest weight of {layer}. In these texts it is highest.",
      TourSentence(
        "Of the 20 highest {topShare}. It is tempting to give it a name.", if: .topIsOneSided,
        else: "Of the 20 highest {topShare}, not many: it has no simple name."),
      TourSentence("Coloured words are where it fires.", if: .hasModel, detail: true),
    ],
    after: [
      TourSentence(
        "These are random texts. Does the name still fit?", if: .topIsOneSided,
        else: "These are random texts, of which it says as little."),
      TourSentence(
        "As a sign of {detected}, where it is {highOrLow}, {precision} % of its {found} finds are "
          + "right, and it finds {recall} % of all."),
      "Judging by the top alone is called the interpretability illusion.",
    ])

  static let silence = TourStep(
    id: "silence", title: "Take a neuron away",
    scene: TourScene(tab: .sentence, cursor: .loudest), panes: ["Waterfall"],
    awaits: TourKey(
      actions: ["silence"], purpose: "to silence it", goal: .silenced, condition: .hasModel),
    before: [
      TourSentence(
        "{neuron} does most for this sentence: {contribution} of {logit}.", if: .hasModel,
        else: "With its model, a neuron can be silenced here."),
      TourSentence("What would the head say without it?", if: .hasModel),
    ],
    after: [
      TourSentence(
        "The sum is {logitNow} instead of {logit}, on the same side of 0: the others carry it.",
        if: .sideHolds,
        else:
          "The sum is {logitNow} instead of {logit}, on the other side of 0. So much hung on one "
          + "neuron."),
      TourSentence(
        "What later layers would make of its absence, the screen Neuron tells.", detail: true),
    ])

  static let warning = TourStep(
    id: "warning", title: "Do not be fooled",
    scene: TourScene(tab: .layers), panes: ["Probe accuracy"],
    awaits: TourKey(actions: ["help"], purpose: "for what this screen says", goal: .help),
    before: [
      TourSentence(
        "A judge can learn its texts by heart. So the same probe of {layer} was tried on nonsense.",
        if: .hasControl, else: "A judge can learn its texts by heart. So it needs rivals."),
      TourSentence(
        "With shuffled labels it gets {shuffled}: {shuffledVerdict}.", if: .hasControl),
      TourSentence(
        "On the same model with random weights it gets {untrained}{untrainedVerdict}.",
        if: .hasUntrained),
      "With the true ones it gets {accuracy}. Only what lies above its rivals is knowledge.",
    ],
    after: [
      "? says in two lines what is under the cursor, on every screen; ? again lists its keys.",
      "That was the tour. Everything in it works everywhere; T begins it again.",
    ])
}
