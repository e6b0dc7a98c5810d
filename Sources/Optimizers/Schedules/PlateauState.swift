/// What the learning rate remembers of the validation figures: all that a schedule cannot tell from
/// the step alone, and so what a checkpoint has to hold.
public struct PlateauState: Hashable, Sendable, Codable {
  /// What the rate was reduced to, as a part of itself.
  public var scale = 1.0
  /// The smallest validation objective so far.
  public var best: Double?
  /// The epochs since then.
  public var epochsWithoutBetter = 0
  /// The epochs in which none are counted, still to come.
  public var cooldownLeft = 0

  /// The state before the first epoch.
  public init() {}
}
