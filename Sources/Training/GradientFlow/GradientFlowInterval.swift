/// When the layers are looked at: after the first step, and then again and again.
public enum GradientFlowInterval: Hashable, Sendable {
  /// In the last step of every so many epochs.
  case epochs(Int)
  /// In every so many steps.
  case steps(Int)

  /// Whether the layers are looked at in `step`, counted from 1 over the run, which is the last one
  /// of its epoch (counted from 0) where `isLast`.
  func isDue(step: Int, epoch: Int, isLast: Bool) -> Bool {
    if step == 1 { return true }
    return switch self {
    case .epochs(let count): isLast && (epoch + 1) % count == 0
    case .steps(let count): step % count == 0
    }
  }
}
