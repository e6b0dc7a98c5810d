/// How a rank uses its machine, and how it works with the others.
public struct ParallelConfiguration: Hashable, Sendable {
  /// How much of the gradient is exchanged at once.
  public enum Bucket: Hashable, Sendable {
    /// What is the fastest in a measurement at the start.
    case automatic
    /// So many megabytes, of 2²⁰ bytes.
    case megabytes(Double)
  }

  /// The threads of a rank.
  public var threads = 1
  /// The seconds after which a rank that waits for another one gives up; 0 for never.
  public var watchdog = 300
  /// How often ranks compare their parameters.
  public var lockstep = LockstepConfiguration()
  /// How much of the gradient is exchanged at once.
  public var bucket = Bucket.automatic
  /// Whether ranks of one machine add gradients in memory that they share.
  public var sharedMemory = true

  /// The defaults: one thread, 300 seconds.
  public init() {}

  static let section = Section(
    ParallelConfiguration(),
    fields: [
      Field(
        "threads", \.threads, .integer(atLeast: 1, atMost: Bound.threads),
        "The threads of a rank. Another number can change the last digits of results."),
      Field(
        "watchdog", \.watchdog, .integer(atLeast: 0, atMost: Bound.seconds),
        "The seconds after which a rank that waits for a lost or stuck one gives up; 0 is never."),
      Field(
        "lockstep", \.lockstep, LockstepConfiguration.section.codec,
        "How often ranks make sure that they hold the same parameters, bit by bit."),
      Field(
        "bucket", \.bucket, .bucket,
        "The megabytes of the gradient that ranks exchange at once while earlier layers are still "
          + "computed; `auto` is 1 where they share memory, and measured at the start elsewhere. "
          + "Results do not depend on it."),
      Field(
        "shared_memory", \.sharedMemory, .truth,
        "Whether ranks that are all on one machine add gradients in memory that they share, instead "
          + "of sending messages. Results do not depend on it."),
    ])
}

extension ValueCodec<ParallelConfiguration.Bucket> {
  static var bucket: ValueCodec {
    let range = NumberRange(lower: 0.0625)
    return .scalar(
      range.words + ", or auto",
      schema: .alternatives([range.schema, .names(["auto"])]),
      read: { node in
        if node.text == "auto" { return .automatic }
        guard let size = node.number(Double.self), range.contains(size) else { return nil }
        return .megabytes(size)
      },
      encode: {
        switch $0 {
        case .automatic: .plain("auto")
        case .megabytes(let size): .number(size)
        }
      })
  }
}
