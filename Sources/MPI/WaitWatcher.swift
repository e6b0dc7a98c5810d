/// Looks on while a rank waits for others.
public protocol WaitWatcher: AnyObject {
  /// Called now and then during a wait; an answer of false ends the wait as if its time were over.
  func goesOnWaiting() -> Bool
}
