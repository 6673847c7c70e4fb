import Testing

@testable import Terminal

struct KeyTests {
  @Test func `mouse reports are read`() {
    #expect(
      MouseEvent(report: "0;12;7", pressed: true) == MouseEvent(action: .press, x: 11, y: 6))
    #expect(
      MouseEvent(report: "0;1;1", pressed: false) == MouseEvent(action: .release, x: 0, y: 0))
    #expect(
      MouseEvent(report: "34;3;4", pressed: true)
        == MouseEvent(action: .drag, button: .right, x: 2, y: 3))
    #expect(
      MouseEvent(report: "69;3;4", pressed: true)
        == MouseEvent(action: .wheelDown, button: .none, x: 2, y: 3, shift: true))
  }

  @Test(arguments: [
    "", "1", "0;0;1", "0;1", "a;b;c", "-1;2;3", "1;2;3;4", "99999999999999999999;1;1",
  ])
  func `broken mouse reports are dropped`(_ report: String) {
    #expect(MouseEvent(report: report, pressed: true) == nil)
  }
}
