/// A schedule that comes to its smallest rate again and again: what is trained by then is a network
/// of its own.
public protocol CyclicSchedule: Schedule {
  /// The numbers of updates after which each whole cycle of such a run has ended, in order.
  ///
  /// - Precondition: the steps of the run are known.
  func cycleEnds(in run: RunExtent) -> [Int]
}

extension SnapshotCosine: CyclicSchedule {
  /// Every ⌈T/M⌉ updates; a last cycle that is shorter ends with the run.
  public func cycleEnds(in run: RunExtent) -> [Int] {
    let total = run.steps(orAll: nil)
    let cycle = (total - 1) / cycles + 1
    return Array(stride(from: cycle, to: total, by: cycle)) + [total]
  }
}

extension CosineRestarts: CyclicSchedule {
  /// After T₀, T₀ + T₀m, T₀ + T₀m + T₀m² … updates, rounded up where m is no integer.
  public func cycleEnds(in run: RunExtent) -> [Int] {
    let total = Double(run.steps(orAll: nil))
    var length = run.period(first)
    var (end, ends) = (length, [Int]())
    while end.rounded(.up) <= total {
      ends.append(Int(end.rounded(.up)))
      length *= growth
      end += length
    }
    return ends
  }
}

extension TriangularCycle: CyclicSchedule {
  /// Every `cycle` updates, rounded up where these are no whole number.
  public func cycleEnds(in run: RunExtent) -> [Int] {
    let (length, total) = (run.period(cycle), run.steps(orAll: nil))
    let count = run.periods(total, of: cycle).count
    return (1...max(count, 1)).map { Int((Double($0) * length - 1e-9).rounded(.up)) }
      .filter { $0 <= total }
  }
}

extension LearningRate {
  /// The numbers of updates after which each whole cycle of the schedule has ended, its warm-up
  /// counted; nil where the schedule has none, or the steps of the run are unknown.
  public func cycleEnds(in run: RunExtent) -> [Int]? {
    guard let schedule = schedule as? any CyclicSchedule, run.totalSteps != nil else { return nil }
    let begin = warmup.map(run.steps) ?? 0
    return schedule.cycleEnds(in: run.dropping(begin)).map { $0 + begin }
  }
}
