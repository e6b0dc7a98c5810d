/// Targets moved towards indifference: t ← (1 − s)·t + s/K, K being the number of answers.
///
/// Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, "Rethinking the Inception architecture for computer
/// vision", 2016, section 7.
struct LabelSmoothing {
  /// 1 − s.
  let kept: Float
  /// s/K.
  let share: Float

  /// Smoothing by `amount` among `answers` answers.
  init(_ amount: Float, answers: Int) {
    kept = 1 - amount
    share = amount / Float(answers)
  }

  /// The smoothed target; the target itself, to the bit, where the amount is 0.
  @inline(__always)
  func smoothed(_ target: Float) -> Float { target * kept + share }
}
