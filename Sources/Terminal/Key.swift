/// A key, or what else a terminal sends in the stream of keys.
public enum Key: Hashable, Sendable {
  case character(Character)
  case enter
  case escape
  case tab
  case backTab
  case backspace
  case delete
  case up
  case down
  case left
  case right
  case pageUp
  case pageDown
  case home
  case end
  /// A letter, lower case, with the control key.
  case control(Character)
  /// A character with Alt, or after Escape in the same burst.
  case alt(Character)
  /// F1, F2 …
  case function(Int)
  case mouse(MouseEvent)
  /// A text that was pasted, line ends as `\n`; it is not sanitised.
  case paste(String)
  /// The terminal gained or lost the focus.
  case focus(Bool)
  case unknown
}

/// A press, release, drag or wheel step of the mouse, in cells from the top left corner.
public struct MouseEvent: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    case press
    case release
    case drag
    case wheelUp
    case wheelDown
    case wheelLeft
    case wheelRight
  }

  public enum Button: Hashable, Sendable {
    case left
    case middle
    case right
    case none
  }

  public var action: Action
  public var button: Button
  public var x: Int
  public var y: Int
  public var shift: Bool
  public var control: Bool

  public init(
    action: Action, button: Button = .left, x: Int, y: Int, shift: Bool = false,
    control: Bool = false
  ) {
    self.action = action
    self.button = button
    self.x = x
    self.y = y
    self.shift = shift
    self.control = control
  }
}

extension MouseEvent {
  /// Reads an SGR report, the part between `ESC[<` and the final letter.
  ///
  /// - `report`: three numbers as in `0;12;7`: button code, column and row from 1.
  /// - `pressed`: whether the final letter was `M` rather than `m`.
  init?(report: String, pressed: Bool) {
    let numbers = report.split(separator: ";").map { Int($0) }
    guard numbers.count == 3, let code = numbers[0], let column = numbers[1], let row = numbers[2],
      code >= 0, column > 0, row > 0
    else { return nil }
    let buttons: [Button] = [.left, .middle, .right, .none]
    self.init(
      action: pressed ? .press : .release, button: buttons[code & 3], x: column - 1, y: row - 1,
      shift: code & 4 != 0, control: code & 16 != 0)
    if code & 64 != 0 {
      let wheel: [Action] = [.wheelUp, .wheelDown, .wheelLeft, .wheelRight]
      action = wheel[code & 3]
      button = .none
    } else if code & 32 != 0 {
      action = .drag
    }
  }
}

/// What a screen waits for.
public enum Event: Equatable, Sendable {
  case key(Key)
  case resize(Size)
  /// Another thread called `Waker.wake()`.
  case wake
  /// The terminal has said whether its background is dark or light; see `Screen.askGround`.
  case ground(Theme.Variant)
  /// A request to end, such as SIGTERM; the receiver saves, drops the screen and calls
  /// `endProcess(bySignal:)`.
  case signal(Int32)
  /// Nothing came within the time that was given.
  case idle
}
