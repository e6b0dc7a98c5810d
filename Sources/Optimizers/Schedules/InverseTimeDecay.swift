/// A rate that falls with the inverse of time.
///
///     εₜ = ε₀ / (1 + a t/T)                       form `keras`; ⌊t/T⌋ in stairs
///     εₜ = min(ε₀, ε₀ / (a (t + 1)/T))            form `lecture`: ε₀/(a t) with t = 1 at first
///
/// ε₀ is the rate at first, a `decay`, T the updates of `every`, t the update counted from 0. The
/// second form meets the conditions of Robbins and Monro, Σεₜ = ∞ and Σεₜ² < ∞; where a < 1 it is
/// held at ε₀ until a t reaches 1.
///
/// Keras's InverseTimeDecay is the first form. Robbins and Monro, "A Stochastic Approximation
/// Method", Ann. Math. Statist. 22, 1951.
public struct InverseTimeDecay: Schedule {
  /// Which of the two formulas.
  public enum Form: String, CaseIterable, Sendable {
    /// ε₀/(1 + a t), as in Keras.
    case keras
    /// ε₀/(a t), t counted from 1.
    case lecture
  }

  /// Which of the two formulas.
  public var form: Form
  /// How fast the rate falls, a.
  public var decay: Double
  /// The unit of time, T.
  public var every: ScheduleLength
  /// Whether the rate stays the same within each unit of time.
  public var staircase: Bool

  /// A decay of the given settings.
  public init(
    form: Form = .keras, decay: Double, every: ScheduleLength = .steps(1), staircase: Bool = false
  ) {
    self.form = form
    self.decay = decay
    self.every = every
    self.staircase = staircase
  }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    let (unit, count) = (run.period(every), run.periods(step, of: every).count)
    switch form {
    case .keras:
      let time = staircase ? Double(count) : Double(step) / unit
      return initial / (1 + decay * time)
    case .lecture:
      let time = staircase ? Double(count + 1) : Double(step + 1) / unit
      return min(initial, initial / (decay * time))
    }
  }
}
