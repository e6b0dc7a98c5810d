import Formats

/// All that a resumed run needs beside the parameters and the optimizer's slots.
public struct TrainingState: Hashable, Sendable {
  /// Updates done.
  public var step = 0
  /// The epoch, counted from 1; 0 before the first.
  public var epoch = 0
  /// The steps of this epoch that are done.
  public var stepInEpoch = 0
  /// Whether the epoch is evaluated and told; what follows is the next one.
  public var isEpochComplete = true
  /// Whether a callback has ended the training.
  public var isOver = false
  /// The learning rate of the last update.
  public var learningRate: Float = 0
  /// The seconds that the run has taken so far.
  public var seconds = 0.0
  /// The seconds of this epoch's steps so far.
  public var epochSeconds = 0.0
  /// The sums of each shard over this epoch so far, shard after shard; none where it is complete.
  public var epochSums: [Double] = []
  /// Small values by name: ``NamedState``.
  public var named = JSONObject()

  /// The state before the first step.
  public init() {}

  /// The epochs whose lines stand in the history.
  public var completedEpochs: Int { isEpochComplete ? epoch : epoch - 1 }
}

extension TrainingState {
  private typealias Key = CheckpointNames.Key

  /// All but the sums, as texts by name.
  var texts: [String: String] {
    [
      Key.step: "\(step)", Key.epoch: "\(epoch)", Key.stepInEpoch: "\(stepInEpoch)",
      Key.isEpochComplete: "\(isEpochComplete)", Key.isOver: "\(isOver)",
      Key.learningRate: "\(learningRate)", Key.seconds: "\(seconds)",
      Key.epochSeconds: "\(epochSeconds)",
      Key.state: JSONValue.object(named).serialized(),
    ]
  }

  /// The first key of `texts` whose value is missing or impossible; nil where all can be used.
  static func flaw(in texts: [String: String]) -> String? {
    func isCount(_ text: String) -> Bool {
      Int(text).map { (0...Checkpoint.greatestCount).contains($0) } ?? false
    }
    func isTruth(_ text: String) -> Bool { Bool(text) != nil }
    func isDuration(_ text: String) -> Bool {
      Double(text).map { $0.isFinite && $0 >= 0 && $0 < 1e15 } ?? false
    }
    let checks: [(String, (String) -> Bool)] = [
      (Key.step, isCount), (Key.epoch, isCount), (Key.stepInEpoch, isCount),
      (Key.isEpochComplete, isTruth), (Key.isOver, isTruth),
      (Key.learningRate, { Float($0).map { $0.isFinite && $0 >= 0 } ?? false }),
      (Key.seconds, isDuration), (Key.epochSeconds, isDuration),
      (
        Key.state,
        { text in
          (try? JSONValue(parsing: text)).map { $0.object != nil && $0.hasCountsOnly } ?? false
        }
      ),
    ]
    return checks.first { key, isGood in !(texts[key].map(isGood) ?? false) }?.0
  }

  /// The state that `texts` tell; nil where one is missing or impossible.
  init?(texts: [String: String], epochSums: [Double]) {
    func count(_ key: String) -> Int? { texts[key].flatMap(Int.init).flatMap { $0 < 0 ? nil : $0 } }
    func truth(_ key: String) -> Bool? { texts[key].flatMap(Bool.init) }
    func duration(_ key: String) -> Double? {
      texts[key].flatMap(Double.init).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
    guard let step = count(Key.step), let epoch = count(Key.epoch),
      let stepInEpoch = count(Key.stepInEpoch), let isComplete = truth(Key.isEpochComplete),
      let isOver = truth(Key.isOver),
      let rate = texts[Key.learningRate].flatMap(Float.init), rate.isFinite, rate >= 0,
      let seconds = duration(Key.seconds),
      let epochSeconds = duration(Key.epochSeconds), isComplete || epoch >= 1,
      let named = texts[Key.state].flatMap({ try? JSONValue(parsing: $0) })?.object
    else { return nil }
    self.step = step
    self.epoch = epoch
    self.stepInEpoch = stepInEpoch
    isEpochComplete = isComplete
    self.isOver = isOver
    learningRate = rate
    self.seconds = seconds
    self.epochSeconds = epochSeconds
    self.epochSums = epochSums
    self.named = named
  }
}

extension JSONValue {
  /// Whether every integer within is at most 2⁵³ in magnitude, so that counting on does not overflow.
  fileprivate var hasCountsOnly: Bool {
    switch self {
    case .integer(let value): value.magnitude <= UInt64(Checkpoint.greatestCount)
    case .array(let values): values.allSatisfy(\.hasCountsOnly)
    case .object(let object): object.members.allSatisfy { $0.value.hasCountsOnly }
    case .null, .bool, .number, .string: true
    }
  }
}
