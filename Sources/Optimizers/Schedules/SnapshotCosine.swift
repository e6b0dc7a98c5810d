/// The run in equal cycles, each a cosine decay to zero: a network is kept at the end of each.
///
///     εₜ = ½ ε₀ (cos(π mod(t, ⌈T/M⌉)/⌈T/M⌉) + 1)
///
/// ε₀ is the rate at first, T the updates of the run, M `cycles`, t the update counted from 0.
///
/// Huang et al., "Snapshot Ensembles: Train 1, Get M for Free", ICLR 2017,
/// https://arxiv.org/abs/1704.00109, equation 2, which counts t from 1.
public struct SnapshotCosine: Schedule {
  /// The number of cycles, M.
  public var cycles: Int

  /// So many cycles over the run.
  public init(cycles: Int) { self.cycles = cycles }

  /// The rate of update `step`.
  public func rate(_ initial: Double, at step: Int, in run: RunExtent) -> Double {
    let cycle = (run.steps(orAll: nil) - 1) / cycles + 1
    return annealed(initial, 0, Double(step % cycle) / Double(cycle))
  }

  /// More cycles than updates, or a run of unknown length.
  public func flaw(_ initial: Double, in run: RunExtent) -> String? {
    guard let total = run.totalSteps else {
      return "its cycles divide the run, whose steps are unknown while training.epochs is in"
        + " minutes; give training.epochs in epochs or steps"
    }
    guard cycles > total else { return nil }
    return
      "cycles is \(cycles), but only \(total) steps are left for the schedule; use fewer cycles"
      + " or train longer"
  }
}
