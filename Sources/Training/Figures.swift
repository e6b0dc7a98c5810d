/// How well a network does on one part of the data.
public struct Figures: Sendable {
  /// The mean of the objective over the samples, penalties left out; how weights enter is the
  /// ``Normalization``'s.
  public var objective: Double
  /// What penalties add to it: those on parameters, and the mean over the samples of those on
  /// activities; nil where it is not known.
  public var penalty: Double?
  /// The metrics by name, in the order of the configuration.
  public var metrics: [(name: String, value: Double)]
  /// The number of samples behind the figures.
  public var samples: Int
  /// Metrics that are tables of counts, by name.
  public var tables: [(name: String, rows: [[Int]])] = []
  /// How many numbers the objective had to clip, since it is not defined for them.
  public var clipped = 0

  /// Adds what parameters cost to the penalty.
  mutating func add(penalty more: Double) { penalty = (penalty ?? 0) + more }
}
