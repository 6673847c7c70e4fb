import ArgumentParser
import Foundation
import Tensors

exitWhenMappedBytesAreLost(code: Failure.Code.input.rawValue)
// A file that may not grow further (ulimit -f) is an error of the write, not the end of the process.
signal(SIGXFSZ, SIG_IGN)
// Ctrl-\ ends a command; the language's own handler would report a crash, and go on.
signal(SIGQUIT, SIG_DFL)
do {
  try requireRoomForFiles()
  try requireRoomForThreads()
  var command = try SpinScope.parseAsRoot()
  try command.run()
} catch let failure as Failure {
  // Names of files, columns and labels may hold anything; a terminal must not see it raw.
  standardError("spinscope: \(shown(failure.message))")
  exit(failure.code.rawValue)
} catch {
  // Help and version are "errors" of the parser that succeed.
  let message = SpinScope.fullMessage(for: error)
  if SpinScope.exitCode(for: error) == .success {
    print(message)
    exit(0)
  }
  // It repeats what was typed.
  for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
    standardError(shown(String(line)))
  }
  exit(Failure.Code.usage.rawValue)
}
