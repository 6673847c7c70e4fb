import Foundation
import Probing

/// Fetches a model and shows on standard error where from, how far and the time left.
struct FetchReport {
  private let line = ProgressLine()

  /// The model's folder, brought if need be.
  func fetch(_ model: String) throws(Failure) -> URL {
    var fetcher = ModelFetcher()
    fetcher.report = { text in
      line.finish()
      // An environment variable names places, and may hold anything.
      standardError(shown(text))
    }
    fetcher.progress = { progress in
      let megabytes = { (bytes: Int) in decimals(Double(bytes) / 1e6, 1) }
      line.show(progress, detail: "\(megabytes(progress.done)) of \(megabytes(progress.total)) MB")
    }
    defer { line.finish() }
    return try fetcher.fetch(model)
  }
}
