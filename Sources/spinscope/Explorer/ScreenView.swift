import Terminal

/// One screen of the explorer, as a pure function of the state.
///
/// To add a screen, write one file with
/// - a type of this protocol, whose `draw` fills its area from `state` alone;
/// - if it remembers anything of its own (an order, a zoom), a small `Codable` struct for that, kept
///   in `ViewStates`, apart from the cursor that all screens share;
/// and add one case to `Tab`. Keys that only it understands are rows of `ActionTable`. What takes
/// longer to compute than a key may is an `EngineRequest` that the screen `needs`.
protocol ScreenView {
  init(state: ExplorerState)

  /// Draws into `area`, and names what a click there does.
  func draw(into frame: inout ExplorerFrame, _ area: Rect)

  /// What is under the cursor and what its numbers mean, in two lines of 76 columns: what `?` says.
  var brief: String { get }
  /// Everything that the screen shows, and how it is meant: what a second `?` says.
  var meaning: String { get }
  /// The screen in one or two sentences, for people who listen.
  var summary: String { get }
  /// The numbers behind the screen: what `y` copies and `x` writes.
  var table: DataTable { get }

  /// What must be known before the screen can show all, and is not: it is asked for, once.
  static func needs(_ state: ExplorerState) -> [EngineRequest]

  /// How many rows the screen's filter keeps; nil where there is nothing to filter.
  static func filtered(_ state: ExplorerState) -> (kept: Int, all: Int)?

  /// Does what `action` means on this screen alone; every action comes here first.
  ///
  /// - Returns: nil to leave it to `ExplorerState.update`.
  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]?
}

extension ScreenView {
  static func needs(_ state: ExplorerState) -> [EngineRequest] { [] }

  static func filtered(_ state: ExplorerState) -> (kept: Int, all: Int)? { nil }

  static func update(_ state: inout ExplorerState, _ action: ExplorerAction) -> [ExplorerEffect]? {
    nil
  }
}

/// One picture of the explorer, with what the mouse finds on it.
struct ExplorerFrame: Equatable {
  var canvas: Canvas
  /// Where the terminal's cursor stands; nil while nothing is typed.
  var cursor: (x: Int, y: Int)?
  /// Later ones lie above earlier ones.
  var regions: [HitRegion] = []

  static func == (a: ExplorerFrame, b: ExplorerFrame) -> Bool {
    a.canvas == b.canvas && a.cursor?.x == b.cursor?.x && a.cursor?.y == b.cursor?.y
      && a.regions.map(\.rect) == b.regions.map(\.rect)
  }

  /// Makes a click in `rect` do `action`.
  mutating func onClick(_ rect: Rect, _ action: ExplorerAction) {
    regions.append(HitRegion(rect: rect) { _, _ in action })
  }

  /// Makes a click or a drag in `rect` do what `action` says of the place, counted from its corner.
  mutating func onDrag(_ rect: Rect, _ action: @escaping @Sendable (Int, Int) -> ExplorerAction) {
    regions.append(HitRegion(rect: rect, drags: true, action: action))
  }

  /// What a mouse event means on this picture.
  func action(for event: MouseEvent) -> ExplorerAction? {
    switch event.action {
    case .wheelUp: return event.shift ? .moveColumn(-3) : .moveRow(-3)
    case .wheelDown: return event.shift ? .moveColumn(3) : .moveRow(3)
    case .wheelLeft: return .moveColumn(-3)
    case .wheelRight: return .moveColumn(3)
    case .release: return nil
    case .press, .drag:
      guard event.button == .left,
        let region = regions.last(where: { $0.rect.contains(x: event.x, y: event.y) }),
        event.action == .press || region.drags
      else { return nil }
      return region.action(event.x - region.rect.x, event.y - region.rect.y)
    }
  }
}

/// A part of the picture that the mouse can press.
struct HitRegion: Sendable {
  var rect: Rect
  /// Whether dragging goes on doing what the press did.
  var drags = false
  /// Columns and rows from the corner of `rect`.
  var action: @Sendable (_ x: Int, _ y: Int) -> ExplorerAction
}
