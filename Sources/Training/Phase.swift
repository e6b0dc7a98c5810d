/// What a rank does at a moment: where its time goes, and what it is told to be at when others wait.
public enum Phase: Int, CaseIterable, Sendable {
  /// Forward and backward passes, and updates.
  case compute
  /// Waiting until the last rank has come as far; short vectors are summed meanwhile.
  case wait
  /// The exchange of gradients.
  case communication
  /// Reading and preparing samples.
  case data
  /// Measuring the validation and the test part.
  case evaluation
  /// Writing checkpoints.
  case checkpoint
  /// Everything before, between and after.
  case other

  /// The name in files.
  public var name: String { "\(self)" }

  /// What the rank is doing, in words.
  public var words: String {
    switch self {
    case .compute: "computing"
    case .wait: "waiting for the other ranks' gradients"
    case .communication: "exchanging gradients"
    case .data: "reading data"
    case .evaluation: "evaluating"
    case .checkpoint: "writing a checkpoint"
    case .other: "between steps"
    }
  }
}
