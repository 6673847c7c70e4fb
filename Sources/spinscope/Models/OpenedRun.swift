import Foundation
import Probing

/// Opens a run, and says on standard error what its folder lacks that it can be used without.
func openedRun(_ folder: URL) throws(Failure) -> Run {
  let run = try explaining { try Run(folder: folder) }
  for note in run.notes { standardError("spinscope: \(shown(note))") }
  return run
}
