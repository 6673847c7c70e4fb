import Foundation

extension Error {
  /// What the system said, in its words, where it was the system that failed.
  ///
  /// Foundation's own texts are numbers where it has no case, as for too many open files.
  public var systemReason: String {
    let inner = (self as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    let system = (inner ?? self) as NSError
    guard system.domain == NSPOSIXErrorDomain else { return localizedDescription }
    return system.localizedFailureReason ?? localizedDescription
  }
}

/// What the system means by an error number.
public func systemReason(_ code: Int32) -> String {
  POSIXErrorCode(rawValue: code).map { POSIXError($0).systemReason } ?? "error \(code)"
}
