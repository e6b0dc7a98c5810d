/// The learning rate of every update of a run: a schedule, the warm-up before it, a scale over all.
///
///     εₜ = c · (f + (1 − f) t/W) · s(0)           in the first W updates
///     εₜ = c · s(t − W)                           from then on
///
/// s is the schedule, W the updates of `warmup`, f `warmupFrom`, c `scale`, t the update counted
/// from 0. The schedule sees the run without its warm-up.
///
/// Goyal et al., "Accurate, Large Minibatch SGD", 2017, https://arxiv.org/abs/1706.02677, section 2.2;
/// Keras's CosineDecay warms up in the same way.
public struct LearningRate: Sendable {
  /// The rate that the configuration gives to the optimizer.
  public var initial: Float
  /// How the rate goes after the warm-up.
  public var schedule: any Schedule
  /// The time in which the rate rises to the schedule's first; nil for none.
  public var warmup: ScheduleLength?
  /// The share of that rate with which the warm-up begins, f.
  public var warmupFrom: Double
  /// What all rates are multiplied by, c.
  public var scale: Double

  /// A rate of the given settings.
  public init(
    _ initial: Float, schedule: any Schedule = ConstantRate(), warmup: ScheduleLength? = nil,
    warmupFrom: Double = 0, scale: Double = 1
  ) {
    self.initial = initial
    self.schedule = schedule
    self.warmup = warmup
    self.warmupFrom = warmupFrom
    self.scale = scale
  }

  /// The rate of update `step`, counted from 0; `plateau` is what validation has led to so far.
  ///
  /// - Precondition: ``flaw(in:)`` is nil.
  public func rate(
    at step: Int, in run: RunExtent, plateau: PlateauState = PlateauState()
  ) -> Float {
    let initial = Double(initial)
    let all = scale * plateau.scale
    guard let warmup else { return Float(all * schedule.rate(initial, at: step, in: run)) }
    let steps = run.steps(warmup)
    let rest = run.dropping(steps)
    if step >= steps { return Float(all * schedule.rate(initial, at: step - steps, in: rest)) }
    let share = warmupFrom + (1 - warmupFrom) * Double(step) / Double(steps)
    return Float(all * share * schedule.rate(initial, at: 0, in: rest))
  }

  /// What is wrong with the schedule or its warm-up in such a run, with the remedy; nil where
  /// nothing is.
  public func flaw(in run: RunExtent) -> String? {
    guard let warmup else { return schedule.flaw(Double(initial), in: run) }
    let steps = run.steps(warmup)
    if let total = run.totalSteps, steps >= total {
      return "warmup is \(warmup), which are \(steps) steps, but the run has \(total); shorten the"
        + " warm-up or train longer"
    }
    return schedule.flaw(Double(initial), in: run.dropping(steps))
  }

  /// Whether validation figures change the rate.
  public var watchesValidation: Bool { schedule is ReduceOnPlateau }

  /// `plateau` after an epoch whose validation objective is `objective`.
  public func observe(_ objective: Double, _ plateau: inout PlateauState) {
    (schedule as? ReduceOnPlateau)?.observe(objective, initial: Double(initial), &plateau)
  }
}
