import Terminal
import Testing

struct GeometryTests {
  @Test func `splits saturate and cover the whole rectangle`() {
    for width in 0...6 {
      for height in 0...6 {
        let rect = Rect(x: 2, y: 3, width: width, height: height)
        for n in -2...8 {
          let (top, below) = rect.splitTop(n)
          #expect(top.height + below.height == height && below.y == top.maxY)
          let (bottom, above) = rect.splitBottom(n)
          #expect(bottom.height == top.height && bottom.y == above.maxY)
          let (left, rest) = rect.splitLeft(n)
          #expect(left.width + rest.width == width && rest.x == left.maxX)
          let (right, before) = rect.splitRight(n)
          #expect(right.width == left.width && right.x == before.maxX)
        }
      }
    }
  }

  @Test func `insets never make a negative size`() {
    for n in -1...9 {
      let rect = Rect(x: 0, y: 0, width: 5, height: 2).inset(by: n)
      #expect(rect.width >= 0 && rect.height >= 0)
      #expect(rect.maxX <= 5 && rect.maxY <= 2)
    }
    #expect(
      Rect(x: 1, y: 1, width: 9, height: 5).inset(by: 1)
        == Rect(x: 2, y: 2, width: 7, height: 3))
  }

  @Test func `negative values become zero`() {
    #expect(Rect(x: -1, y: -2, width: -3, height: -4) == Rect(x: 0, y: 0, width: 0, height: 0))
    #expect(Size(columns: -1, rows: 3) == Size(columns: 0, rows: 3))
  }

  @Test func `contains knows the edges`() {
    let rect = Rect(x: 1, y: 1, width: 2, height: 2)
    #expect(rect.contains(x: 1, y: 1) && rect.contains(x: 2, y: 2))
    #expect(!rect.contains(x: 3, y: 1) && !rect.contains(x: 0, y: 1))
    #expect(rect.intersection(Rect(x: 2, y: 0, width: 9, height: 9)).width == 1)
    #expect(rect.intersection(Rect(x: 7, y: 0, width: 9, height: 9)).isEmpty)
  }
}
