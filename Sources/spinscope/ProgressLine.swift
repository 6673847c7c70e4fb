import Foundation
import Probing
import Terminal

/// One line on standard error that says what is being done, how far it is and the time left.
///
/// On a terminal the line is redrawn in place, at most twenty times a second; elsewhere each phase
/// prints one line when it begins.
final class ProgressLine {
  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
  private var phase = ""
  private var started = ContinuousClock.now
  private var drawn = ContinuousClock.now - .seconds(1)

  /// Shows how far a phase is; a new name begins a new phase.
  func show(_ progress: WorkProgress, detail: String = "") {
    let now = ContinuousClock.now
    if progress.phase != phase {
      finish()
      phase = progress.phase
      started = now
      if !isTerminal { standardError("\(phase) …") }
    }
    guard isTerminal, now - drawn > .milliseconds(50) || progress.done == progress.total else {
      return
    }
    drawn = now
    // A line that wraps cannot be redrawn in place.
    let columns = terminalWidth(descriptor: FileHandle.standardError.fileDescriptor) ?? 80
    write(clipped(line(progress, elapsed: now - started, detail: detail), to: columns - 1))
  }

  /// Removes the line, so that what follows starts on a clean one.
  func finish() {
    if isTerminal && !phase.isEmpty { write("") }
    phase = ""
  }

  private func line(_ progress: WorkProgress, elapsed: Duration, detail: String) -> String {
    let share = progress.total > 0 ? Double(progress.done) / Double(progress.total) : 1
    let filled = Int(share * 24)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    let percent = "\(Int(share * 100))"
    let left = timeLeft(share: share, elapsed: elapsed)
    return "\(phase) \(bar) \(percent) %\(detail.isEmpty ? "" : " · \(detail)")\(left)"
  }

  /// The time left if the rest goes as fast as what is done; said from a twentieth on.
  private func timeLeft(share: Double, elapsed: Duration) -> String {
    guard share > 0.05, share < 1 else { return "" }
    let seconds = Int((elapsed / .seconds(1) * (1 - share) / share).rounded(.up))
    let (minutes, rest) = seconds.quotientAndRemainder(dividingBy: 60)
    return " · \(minutes):\(rest < 10 ? "0" : "")\(rest) left"
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[2K\(text)".utf8))
  }
}
