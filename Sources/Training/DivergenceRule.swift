/// What happens when a training diverges.
public struct DivergenceRule: Hashable, Sendable {
  /// How many times the run goes back to its last checkpoint before it is given up.
  public var rollbacks: Int
  /// What the learning rate is multiplied by each time.
  public var factor: Double

  /// A rule of the given settings; without rollbacks the run ends.
  public init(rollbacks: Int = 0, factor: Double = 0.5) {
    self.rollbacks = rollbacks
    self.factor = factor
  }
}

/// How often a run has gone back, and what that has made of the learning rate.
public struct RollbackState: Hashable, Sendable, Codable {
  /// The times so far.
  public var count = 0
  /// What the learning rate is multiplied by.
  public var scale = 1.0

  /// The state before the first time.
  public init() {}
}
