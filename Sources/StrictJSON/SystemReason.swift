import Foundation

extension Error {
  /// What the system said, in its words, where it was the system that failed.
  ///
  /// Foundation's own texts are numbers where it has no case, as for too many open files.
  public var systemReason: String {
    let inner = (self as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    let system = (inner ?? self) as NSError
    if system.domain == NSPOSIXErrorDomain, let reason = system.localizedFailureReason {
      return reason
    }
    // Of our own kinds of errors it knows their numbers only.
    return system.domain.hasPrefix("NS") ? localizedDescription : "\(self)"
  }
}

/// What the system means by an error number.
public func systemReason(_ code: Int32) -> String {
  POSIXErrorCode(rawValue: code).map { POSIXError($0).systemReason } ?? "error \(code)"
}
