import Probing
import Terminal

extension ExplorerState {
  /// Changes the state as `action` says; pure, but for the effects that it returns.
  mutating func update(_ action: ExplorerAction) -> [ExplorerEffect] {
    let (place, look) = (place, look)
    if !action.isAnswer { notice = nil }
    let effects =
      scrollHelp(action) ?? place.tab.view.update(&self, action) ?? perform(action)
    remember(place, look, after: action)
    followTour(action)
    return effects + ask()
  }

  private mutating func perform(_ action: ExplorerAction) -> [ExplorerEffect] {
    switch action {
    case .point(let place) where place == self.place: return update(.open)
    case .showTab, .nextTab, .moveRow, .moveColumn, .first, .last, .open, .go, .point, .back,
      .forward, .jump, .openText, .nextMatch:
      move(action)
    case .changeEta, .setEta, .nextPooling, .showPooling, .showRepresentation, .zoom, .undo, .redo,
      .nextOrder, .order, .reverseOrder, .nextScale, .filter:
      changeLook(action)
    case .startTyping, .type, .closeTyping, .say, .pin, .scale: type(action)
    case .openPrompt, .prompt, .fillPrompt: return changePrompt(action)
    case .query(let query):
      look.views.texts.query = TextField(query)
      look.views.texts.slice = nil
      show(.texts)
    case .compare(let path):
      (look.views.run.against, look.views.run.isCompared) = (path, true)
      look.views.run.flip = 0
      show(.run)
    case .beside(let path):
      (look.views.run.against, look.views.neuron.isElsewhere) = (path, true)
      look.views.run.isCompared = false
      show(.neuron)
    // Their own screens answer them.
    case .startQuery, .nextSample, .openTwin, .nextReplacement, .toggleComparison, .toggleSlices,
      .toggleWordNeurons, .toggleScores, .togglePoolings:
      break
    case .moveThreshold(let step): moveThreshold(by: step)
    case .setThreshold(let value): setThreshold(value)
    case .silenceGroup(let filter): silenceGroup(filter)
    case .tour(let action): return update(tour: action)
    case .toggleHelp, .escape, .quit, .cancel, .suspend, .repaint, .useTheme, .themeLoaded,
      .toggleMouse, .copy, .export, .noted:
      return manage(action)
    case .modelReady, .modelMissing, .answered, .progressed, .failed: take(action)
    }
    return []
  }

  /// While the help is shown, what moves the cursor moves the help.
  private mutating func scrollHelp(_ action: ExplorerAction) -> [ExplorerEffect]? {
    guard help == .whole else { return nil }
    let last = HelpView.lastLine(of: self)
    switch action {
    case .moveRow(let step): helpTop = min(max(0, helpTop + step), last)
    case .first: helpTop = 0
    case .last: helpTop = last
    default: return nil
    }
    return []
  }

  // MARK: The program around it

  private mutating func manage(_ action: ExplorerAction) -> [ExplorerEffect] {
    switch action {
    case .toggleHelp: help = help == .hidden ? .brief : help == .brief ? .whole : .hidden
    case .escape: escape()
    case .quit: isFinished = true
    case .cancel: return cancel()
    case .suspend: return [.suspend]
    case .repaint: return [.repaint]
    case .useTheme(let name): return [.loadTheme(name)]
    case .themeLoaded(let theme):
      // What the terminal can show stays as it is.
      let (depth, glyphs) = (self.theme.depth, self.theme.glyphs)
      self.theme = theme
      self.theme.depth = depth
      if glyphs == .ascii { self.theme.glyphs = .ascii }
    case .toggleMouse:
      hasMouse.toggle()
      notice = hasMouse ? "the mouse works here" : "the mouse selects text; M gives it back"
      return [.setMouse(hasMouse)]
    case .copy: return copy()
    case .export(let format): return [.export(format)]
    case .noted(let line): notice = line
    default: break
    }
    return []
  }

  /// What a terminal passes on to a clipboard; more is better written to a file.
  private static var clipboardLimit: Int { 50_000 }

  private mutating func copy() -> [ExplorerEffect] {
    let table = place.tab.view.init(state: self).table
    let text = table.tabSeparated
    guard text.utf8.count <= Self.clipboardLimit else {
      notice = "\(grouped(table.rows.count)) rows are too much for a clipboard; x writes a file"
      return []
    }
    notice = "copied \(grouped(table.rows.count)) rows of \(table.name)"
    return [.copy(text)]
  }

  // MARK: The prompt

  private mutating func changePrompt(_ action: ExplorerAction) -> [ExplorerEffect] {
    switch action {
    case .openPrompt(let kind):
      prompt = Prompt(kind: kind, field: TextField(kind == .filter ? filter : ""))
      themeBefore = theme.id
      help = .hidden
    case .fillPrompt(let text): prompt = Prompt(kind: .command, field: TextField(text))
    case .prompt(let key): return prompt(key)
    default: break
    }
    return []
  }

  /// Closes what lies above the screen, or goes back.
  private mutating func escape() {
    if help != .hidden {
      help = .hidden
    } else if tour.isShown {
      leaveTour()
    } else {
      move(.back)
    }
  }

  // MARK: Looks

  private mutating func changeLook(_ action: ExplorerAction) {
    switch action {
    case .changeEta(let step): setEta(eta + step)
    case .setEta(let value): setEta(value)
    case .nextPooling:
      let poolings = run.info.settings.poolings
      let here = poolings.firstIndex(of: pooling) ?? 0
      show(poolings[(here + 1) % poolings.count])
    case .showPooling(let next): show(next)
    case .showRepresentation(let next): show(next.inDecoder(representation.isDecoder))
    case .filter(let text): filter = text
    case .undo: if let last = looks.back(from: look) { look = last }
    case .redo: if let next = looks.forward(from: look) { look = next }
    default: break
    }
  }

  private mutating func setEta(_ value: Double) {
    look.eta = min(1, max(0.01, (value * 100).rounded() / 100))
  }

  private mutating func show(_ next: Pooling) {
    guard run.info.settings.poolings.contains(next) else {
      notice = "this run was not fitted with \(next.rawValue) pooling"
      return
    }
    look.pooling = next
    if rank == nil { moveToBestNeuron() }
  }

  private mutating func show(_ next: Representation) {
    guard run.info.representations.contains(next) else {
      notice = "this run was not fitted on \(next.plural)"
      return
    }
    guard representation != next else { return }
    place.representation = next
    place.layer = min(layer, index.layers(next) - 1)
    moveToBestNeuron()
  }

  /// Notes what was, so that it can be come back to.
  private mutating func remember(_ place: Place, _ look: Lens, after action: ExplorerAction) {
    switch action {
    case .back, .forward: break
    case .go, .jump: if place != self.place { places.note(place) }
    default: if place.tab != self.place.tab { places.note(place) }
    }
    if place.tab != self.place.tab { questions.forgive() }
    switch action {
    case .undo, .redo: lastChange = nil
    default:
      guard look != self.look else { return }
      // Steps of η, or the letters of a word, are one change as long as nothing else comes between.
      if action.repeats == nil || lastChange != action.repeats { looks.note(look) }
      lastChange = action.repeats
    }
  }

  // MARK: The sentence

  private mutating func type(_ action: ExplorerAction) {
    switch action {
    case .startTyping:
      (isTyping, isQuerying) = (true, false)
      help = .hidden
      lastChange = nil
      sentences.note(sentence.text)
    case .closeTyping:
      isTyping = false
      sentences.note(sentence.text)
    case .type(.up): look.sentence = sentences.recall(-1, from: sentence) ?? sentence
    case .type(.down): look.sentence = sentences.recall(1, from: sentence) ?? sentence
    case .type(let key): look.sentence.apply(key)
    case .say(let text):
      look.sentence = TextField(text)
      sentences.note(text)
      show(.sentence)
    case .pin: pin()
    case .scale(let factor): scaleNeuron(factor)
    default: break
    }
  }

  private mutating func pin() {
    guard look.views.sentence.pinned == nil else {
      look.views.sentence.pinned = nil
      return
    }
    guard let currentExplanation else { return }
    pinned = currentExplanation
    look.views.sentence.pinned = currentExplanation.text
  }

  private mutating func scaleNeuron(_ factor: Double) {
    guard run.head.neurons.contains(address) else {
      notice = "the head does not read \(address)"
      return
    }
    look.views.sentence.factors["\(address)"] = factor == 1 ? nil : factor
  }

  // MARK: Questions and answers

  /// Asks for what is shown and not known.
  private mutating func ask() -> [ExplorerEffect] {
    var needs = place.tab.view.needs(self)
    if model == .ready, currentExplanation == nil { needs.append(.explain(sentence.text)) }
    if model == .ready, let text = look.views.sentence.pinned, currentPinned == nil {
      needs.append(.pinned(text))
    }
    return questions.drop(unless: needs) + needs.flatMap { questions.ask($0) }
  }

  private mutating func take(_ action: ExplorerAction) {
    switch action {
    case .modelReady: model = .ready
    case .modelMissing(let reason): model = .missing(reason)
    case .answered(let answer, let ticket): if questions.end(ticket) { store(answer) }
    case .progressed(let step, let ticket): questions.note(step, ticket)
    case .failed(let reason, let ticket): _ = questions.end(ticket, reason: reason)
    default: break
    }
  }

  private mutating func store(_ answer: EngineAnswer) {
    switch answer {
    case .explanation(let explanation): self.explanation = explanation
    case .pinned(let explanation): pinned = explanation
    case .predictions(let predictions):
      self.predictions = predictions.held(against: currentComparison?.otherAnswers ?? [:])
    case .selection(let selection): self.selection = selection
    case .neuron(let evidence): self.evidence = evidence
    case .traces(let traces): self.traces = traces
    case .silenced(let silenced): self.silenced = silenced
    case .group(let group): self.group = group
    case .effects(let effects): self.effects = self.effects?.joined(with: effects) ?? effects
    case .slices(let slices): self.slices = slices
    case .clusters(let clusters): self.clusters = clusters
    case .elsewhere(let elsewhere): self.elsewhere = elsewhere
    case .exits(let trials): exitTrials = trials
    case .calibration(let calibration): self.calibration = calibration
    case .comparison(let comparison):
      self.comparison = comparison
      predictions = predictions?.held(against: comparison.otherAnswers)
      selection = nil
    }
  }

  /// Stops what is being computed; where nothing is, quits.
  private mutating func cancel() -> [ExplorerEffect] {
    isFinished = !questions.hasSlow
    return questions.cancel()
  }
}
