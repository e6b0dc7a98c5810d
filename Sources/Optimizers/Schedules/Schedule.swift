/// How the learning rate goes over a run: a pure function of the number of the update.
///
/// Updates are counted from 0, so an epoch of n updates ends before update n. A schedule keeps no
/// state; what depends on measurements is handed in by ``LearningRate``.
public protocol Schedule: Sendable {
  /// The rate of update `step`, counted from 0, where the configuration's rate is `initial`.
  ///
  /// - Precondition: ``flaw(_:in:)`` is nil.
  func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double

  /// What is wrong with the schedule in such a run, with the remedy; nil where nothing is.
  func flaw(_ initial: Double, in run: RunExtent) -> String?
}

extension Schedule {
  /// Most schedules fit any run.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? { nil }

  /// What is wrong with `length`, unset for the whole run, where the run's own length is unknown.
  func flaw(unset length: ScheduleLength?, in run: RunExtent) -> String? {
    guard length == nil, run.totalSteps == nil else { return nil }
    return "it ends with the run, whose steps are unknown while training.epochs is in minutes; set"
      + " length, or give training.epochs in epochs or steps"
  }

  /// What is wrong with a last rate of `end`.
  func flaw(end: Double, below initial: Double) -> String? {
    // Compared as the configuration's rate was rounded.
    guard Float(end) > Float(initial) else { return nil }
    return "end is \(end), above the learning rate \(initial); set it to at most that"
  }

  /// What is wrong with a cycle of `length`, called `key`, that does not fit into the run.
  func flaw(cycle length: ScheduleLength, _ key: String, in run: RunExtent) -> String? {
    let steps = run.steps(length)
    guard let total = run.totalSteps, steps > total else { return nil }
    return "\(key) is \(length), which are \(steps) steps, but \(total) steps are left for the"
      + " schedule; shorten the cycle or train longer"
  }
}
