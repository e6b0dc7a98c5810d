/// The same rate for every update.
///
///     εₜ = ε₀
public struct ConstantRate: Schedule {
  /// The constant schedule.
  public init() {}

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double { initial }
}
