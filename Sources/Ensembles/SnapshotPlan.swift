import Objectives

/// A network kept at the end of every cycle of the learning rate, and what becomes of them.
///
/// Huang et al., "Snapshot Ensembles: Train 1, Get M for Free", ICLR 2017,
/// https://arxiv.org/abs/1704.00109.
public struct SnapshotPlan: Sendable {
  /// The folder within a run directory.
  public static let folder = "snapshots"

  /// The updates after which a snapshot is taken, one for each cycle.
  public var cycleEnds: [Int]
  /// The last snapshots that are combined, so many.
  public var last: Int
  /// How they are combined.
  public var combination: Combination
  /// What the outputs are.
  public var meaning: OutputMeaning
  /// The objective as it reads outputs, not logits.
  public var objective: any Objective

  /// A plan of the given parts.
  public init(
    cycleEnds: [Int], last: Int, combination: Combination, meaning: OutputMeaning,
    objective: any Objective
  ) {
    self.cycleEnds = cycleEnds
    self.last = last
    self.combination = combination
    self.meaning = meaning
    self.objective = objective
  }

  /// The file of the snapshot of `cycle`, counted from 1, within a run directory.
  public static func file(cycle: Int) -> String { "\(folder)/cycle-\(cycle).safetensors" }
}
