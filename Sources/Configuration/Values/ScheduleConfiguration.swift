import Optimizers

/// How the learning rate goes over a run.
public struct ScheduleConfiguration: Sendable {
  /// How the learning rate follows the batch.
  public enum Scaling: String, CaseIterable, Sendable {
    /// Not at all.
    case none
    /// In proportion to it.
    case linear
    /// With its square root.
    case sqrt
  }

  /// The schedule.
  public var method: any Schedule = ConstantRate()
  /// The time in which the rate rises to the schedule's first.
  public var warmup: ScheduleLength?
  /// The share of that rate with which the warm-up begins.
  public var warmupFrom = 0.0
  /// How the learning rate follows the batch.
  public var scaling = Scaling.none
  /// The batch for which the optimizer's learning rate is meant.
  public var referenceBatch = 32
  /// Where the schedule is written.
  public var position: SourcePosition?

  /// The same rate throughout.
  public init() {}

  static let section = Section(
    ScheduleConfiguration(), shorthand: "method",
    fields: [
      Field("method", \.method, Registry.schedules.codec, "The schedule after the warm-up."),
      Field(
        "warmup", \.warmup, ValueCodec.scheduleLength.optional,
        "The time in which the rate rises in a straight line to the schedule's first, before which "
          + "the schedule does not begin."),
      Field(
        "warmup_from", \.warmupFrom, .number(.unit),
        "The share of that rate with which the warm-up begins; with 0 the first step does not move."
      ),
      Field(
        "scale", \.scaling, .name,
        "What all rates are multiplied by: `none` 1, `linear` batch/reference_batch, `sqrt` the "
          + "root of that; the batch with its accumulation."),
      Field(
        "reference_batch", \.referenceBatch, .integer(atLeast: 1, atMost: Bound.samples),
        "The batch for which the learning rate is meant, where `scale` is set."),
    ],
    finish: { (schedule, node, _) throws(ConfigurationError) in
      schedule.position = (node["method"] ?? node["warmup"] ?? node).position
    })

  /// What all rates are multiplied by where an update takes `batch` samples.
  func scale(batch: Int) -> Double {
    let ratio = Double(batch) / Double(referenceBatch)
    return switch scaling {
    case .none: 1
    case .linear: ratio
    case .sqrt: ratio.squareRoot()
    }
  }

  /// The scaling as a person should know it; nil where there is none.
  func note(_ rate: LearningRate, batch: Int) -> String? {
    guard scaling != .none else { return nil }
    return "schedule.scale is \(scaling): learning rates are multiplied by \(rate.scale) (batch"
      + " \(batch) for reference_batch \(referenceBatch)), so that \(rate.initial) becomes"
      + " \(Float(Double(rate.initial) * rate.scale))"
  }
}
