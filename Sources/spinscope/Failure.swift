import Foundation
import Probing
import StrictJSON
import Tensors
import Tokenizers
import Transformers

/// Why a command stops: one line for the user, and the exit code that scripts see.
struct Failure: Error {
  /// What the exit code says.
  enum Code: Int32 {
    case failed = 1
    case usage = 2
    case terminal = 3
    case input = 4
    /// 128 and the number of SIGINT: stopped by the user.
    case interrupted = 130
  }

  var code: Code
  var message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

/// Runs `body`, and turns what the layers below throw into a line and an exit code.
func explaining<Result>(_ body: () throws -> Result) throws(Failure) -> Result {
  do {
    return try body()
  } catch let failure as Failure {
    throw failure
  } catch let error as ModelError {
    throw Failure(.input, error.description)
  } catch let error as TokenizerError {
    throw Failure(.input, error.description)
  } catch let error as DataError {
    throw Failure(.input, error.description)
  } catch let error as RunError {
    throw Failure(error.isOnWriting ? .failed : .input, error.description)
  } catch let error as RunComparisonError {
    throw Failure(.failed, error.description)
  } catch let error as MappedFileError {
    throw Failure(.failed, error.description)
  } catch {
    throw Failure(.failed, error.systemReason)
  }
}

/// Writes a line to standard error.
func standardError(_ line: String) {
  // Where standard error is closed there is nobody to tell.
  try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
}
