/// The extent of a canvas or a terminal, in character cells.
public struct Size: Equatable, Hashable, Sendable {
  public let columns: Int
  public let rows: Int

  /// Creates a size; negative values become 0.
  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  /// The rectangle that covers the whole size, origin top left.
  public var rect: Rect { Rect(x: 0, y: 0, width: columns, height: rows) }
}

/// A rectangle of cells, origin top left, whose operations never leave it.
///
/// Every cut saturates: asking for more than there is gives what there is, so that a layout made
/// for a large terminal cannot trap on a tiny one.
public struct Rect: Equatable, Hashable, Sendable {
  public let x: Int
  public let y: Int
  public let width: Int
  public let height: Int

  /// Creates a rectangle; negative values become 0.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = max(0, x)
    self.y = max(0, y)
    self.width = max(0, width)
    self.height = max(0, height)
  }

  public var size: Size { Size(columns: width, rows: height) }
  public var isEmpty: Bool { width == 0 || height == 0 }
  /// The first column right of the rectangle.
  public var maxX: Int { x + width }
  /// The first row below the rectangle.
  public var maxY: Int { y + height }
}

extension Rect {
  /// The rectangle without `amount` cells on each of its four sides.
  public func inset(by amount: Int) -> Rect { insetBy(dx: amount, dy: amount) }

  /// The rectangle without `dx` columns at each end of a row and `dy` rows at top and bottom.
  public func insetBy(dx: Int, dy: Int) -> Rect {
    let dx = min(max(0, dx), (width + 1) / 2)
    let dy = min(max(0, dy), (height + 1) / 2)
    return Rect(x: x + dx, y: y + dy, width: width - 2 * dx, height: height - 2 * dy)
  }

  /// Cuts `count` rows off the top.
  public func splitTop(_ count: Int) -> (top: Rect, rest: Rect) {
    let n = min(max(0, count), height)
    return (
      Rect(x: x, y: y, width: width, height: n),
      Rect(x: x, y: y + n, width: width, height: height - n)
    )
  }

  /// Cuts `count` rows off the bottom.
  public func splitBottom(_ count: Int) -> (bottom: Rect, rest: Rect) {
    let (rest, bottom) = splitTop(height - min(max(0, count), height))
    return (bottom, rest)
  }

  /// Cuts `count` columns off the left.
  public func splitLeft(_ count: Int) -> (left: Rect, rest: Rect) {
    let n = min(max(0, count), width)
    return (
      Rect(x: x, y: y, width: n, height: height),
      Rect(x: x + n, y: y, width: width - n, height: height)
    )
  }

  /// Cuts `count` columns off the right.
  public func splitRight(_ count: Int) -> (right: Rect, rest: Rect) {
    let (rest, right) = splitLeft(width - min(max(0, count), width))
    return (right, rest)
  }

  /// Whether the cell at (`x`, `y`) lies inside.
  public func contains(x: Int, y: Int) -> Bool {
    x >= self.x && x < maxX && y >= self.y && y < maxY
  }

  /// The part that both rectangles cover; empty when they do not touch.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(
      x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
  }
}
