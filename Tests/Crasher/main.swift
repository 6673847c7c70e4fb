// Opens the terminal's screen, says a line to standard error, and ends in the way that its argument
// names. The tests look at what is left of the terminal. Two ways need none: they are for a sanitizer
// to find.
import Dispatch
import Foundation
import Terminal

enum Refusal: Error { case wanted }

@MainActor
func end(_ way: String, _ screen: inout Screen) throws {
  let numbers = CommandLine.arguments.count
  switch way {
  case "return": break
  case "throw": throw Refusal.wanted
  case "exit": exit(7)
  case "fatalError": fatalError("told by fatalError")
  case "precondition": precondition(numbers > 99, "told by precondition")
  case "overflow": _ = Int.max - 1 + numbers
  case "index": _ = Array("ab")[numbers + 1]
  case "divide": print(1 / (numbers - numbers))
  case "abort": abort()
  case "thread":
    Thread.detachNewThread { fatalError("told by a thread") }
    sleep(10)
  case "null":
    // SAFETY: none; this is to end in a fault of the processor.
    unsafe UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = numbers
  case "stack": print(depth(numbers))
  case "thread stack":
    Thread.detachNewThread { print(depth(1)) }
    sleep(10)
  case "queue stack":
    DispatchQueue(label: "crasher").async { print(depth(1)) }
    sleep(10)
  case "parallel stack":
    DispatchQueue.global().async {
      DispatchQueue.concurrentPerform(iterations: 4) { print(depth($0 + 1)) }
    }
    sleep(10)
  case "task stack":
    Task.detached { print(depth(1)) }
    sleep(10)
  case "deaf":
    // Nobody reads events: a request to end has to be met all the same.
    withExtendedLifetime(screen) { while true { sleep(10) } }
  default: while case .idle = screen.nextEvent(timeoutMilliseconds: 100) {}
  }
}

// SAFETY: none; two threads change it at once.
nonisolated(unsafe) var counted = 0

/// Does what a sanitizer has to find; false if it is no such way.
func isFinding(_ way: String) -> Bool {
  switch way {
  case "race":
    // SAFETY: none, as above.
    Thread.detachNewThread { unsafe counted += 1 }
    unsafe counted += 1
    sleep(1)
  case "overrun":
    // SAFETY: none; the byte read lies behind those that there are.
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 16)
    unsafe bytes.initialize(repeating: 1, count: 16)
    unsafe counted += Int(bytes[15 + CommandLine.arguments.count / 2])
    unsafe bytes.deallocate()
  default: return false
  }
  return true
}

/// Calls itself until the stack ends.
func depth(_ number: Int) -> Int {
  guard number >= 0 else { return 0 }
  let pages = [number, number + 1]
  return depth(pages[0] + 1) + pages[1]
}

@MainActor
func run() -> Int32 {
  do {
    var screen = try Screen(environment: ProcessInfo.processInfo.environment)
    var canvas = Canvas(size: screen.size)
    canvas.write("the screen is open", x: 0, y: 0)
    screen.draw(canvas)
    try? FileHandle.standardError.write(contentsOf: Data("said meanwhile\n".utf8))
    try end(CommandLine.arguments[1], &screen)
    return 0
  } catch let error as ScreenError {
    try? FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
    return 3
  } catch {
    return 1
  }
}

exit(isFinding(CommandLine.arguments[1]) ? 0 : run())
