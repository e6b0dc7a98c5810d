import MPI
import Tensors

/// Who is still there: when a rank has waited too long, it calls the others and tells them where it
/// is; whoever waits hears the call, stops waiting and answers.
///
/// Runs on a communicator of its own, point to point: nothing that is stuck elsewhere is in its way.
public final class RollCall {
  /// What a rank tells of itself: two small numbers.
  public struct Answer: Hashable, Sendable {
    /// The step, below 2⁴⁰.
    public var step: Int
    /// The phase, below 2²⁰.
    public var phase: Int

    /// A rank at `step` in `phase`.
    public init(step: Int, phase: Int) {
      self.step = step
      self.phase = phase
    }
  }

  private static let tag = 0
  /// Numbers up to this are whole in single precision.
  private static let unit = 1 << 20
  private let communicator: Communicator

  /// A roll call among the ranks of `communicator`. All of them must create it.
  public init(_ communicator: Communicator) throws(MPIError) {
    self.communicator = try communicator.duplicate(name: "roll call")
  }

  /// Whether another rank calls.
  public var isCalled: Bool {
    // What cannot be asked is no call: the wait that asks ends by itself.
    (try? communicator.hasMessage(tag: RollCall.tag)) ?? false
  }

  /// Tells all ranks `mine` and collects what they tell within `seconds`: by rank, nil for those who
  /// do not answer. To be called once.
  public func hold(_ mine: Answer, within seconds: Double) throws(MPIError) -> [Answer?] {
    let size = communicator.size
    let words = FloatStorage(count: 3 * size)
    let own = 3 * communicator.rank
    do {
      var span = words.mutableSpan
      span[own] = Float(mine.step / RollCall.unit)
      span[own + 1] = Float(mine.step % RollCall.unit)
      span[own + 2] = Float(mine.phase)
    }
    let messages = PersistentRequests(communicator)
    var answers = [Answer?](repeating: nil, count: size)
    answers[communicator.rank] = mine
    var sources: [Int] = []
    for peer in 0..<size where peer != communicator.rank {
      try messages.addReceive(
        into: words, 3 * peer..<3 * peer + 3, from: peer, tag: RollCall.tag)
      try messages.addSend(words, own..<own + 3, to: peer, tag: RollCall.tag)
      sources.append(peer)
    }
    try messages.startAll()
    let end = MonotonicClock.seconds + seconds
    while messages.pending > 0, MonotonicClock.seconds < end {
      for i in 0..<(try messages.testSome()) {
        let message = messages.completedMessage(i)
        guard message % 2 == 0 else { continue }
        let peer = sources[message / 2]
        let told = words.span(3 * peer..<3 * peer + 3)
        answers[peer] = Answer(
          step: Int(told[0]) * RollCall.unit + Int(told[1]), phase: Int(told[2]))
      }
    }
    return answers
  }
}
