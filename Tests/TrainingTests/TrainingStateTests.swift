import Formats
import Testing

@testable import Training

/// Remembers something of a kind that JSON does not have.
private final class Memory {
  struct Value: Codable, Equatable {
    var best: Double
    var waited: Int
    var names: [String?]
  }

  var value = Value(best: 0.1 + 0.2, waited: 3, names: ["a", nil])
  var count: UInt64 = 5
  var rate: Float = 0.1
}

@Suite struct TrainingStateTests {
  @Test func textsBringBackTheSameState() throws {
    var state = TrainingState()
    state.step = 12
    state.epoch = 3
    state.stepInEpoch = 2
    state.isEpochComplete = false
    state.isOver = true
    state.learningRate = 0.3
    state.seconds = 0.1 + 0.2
    state.epochSeconds = 1e-300
    state.epochSums = [.pi, -0.0]
    state.named = ["plateau": ["best": 0.25]]
    #expect(TrainingState(texts: state.texts, epochSums: state.epochSums) == state)
    #expect(state.completedEpochs == 2)
    for key in state.texts.keys {
      for wrong in [nil, "", "-1", "x", "1e999"] {
        var texts = state.texts
        texts[key] = wrong
        #expect(TrainingState(texts: texts, epochSums: []) == nil, "\(key) \(wrong ?? "nil")")
      }
    }
  }

  @Test func namedValuesComeBackBitForBit() throws {
    let (then, now) = (Memory(), Memory())
    then.value = Memory.Value(best: 1.0 / 3, waited: 7, names: [])
    then.count = 1 << 62
    then.rate = 0.3
    func state(_ memory: Memory) -> NamedState {
      let state = NamedState()
      state.keep("value", of: memory, \.value)
      state.keep("count", of: memory, \.count)
      state.keep("rate", of: memory, \.rate)
      return state
    }
    let text = JSONValue.object(try state(then).values()).serialized()
    let object = try #require(JSONValue(parsing: text).object)
    try state(now).restore(object)
    #expect(now.value == then.value && now.rate == then.rate)
    for wrong in [JSONObject(), ["value": 3, "count": 1, "rate": 1]] as [JSONObject] {
      let error = try #require(throws: TrainingError.self) { try state(now).restore(wrong) }
      #expect(error.code == 65 && error.description.contains("state of value"))
    }
  }

  @Test func aFingerprintNamesWhatDiffers() {
    func print(_ threads: Int, _ processor: String) -> NumericsFingerprint {
      NumericsFingerprint(
        threads: threads, instructionSet: "avx2", processor: processor, oneDNN: "2.6.3",
        nntrain: "1")
    }
    let one = print(1, "A")
    #expect(one.differences(from: one) == [])
    #expect(
      one.differences(from: print(2, "B")) == [
        "threads was 1 and is 2", "processor was A and is B",
      ])
    #expect(NumericsFingerprint(JSONValue.object(one.items).serialized()) == one)
    #expect(NumericsFingerprint("x") == nil && NumericsFingerprint(nil) == nil)
    #expect(one.differences(from: NumericsFingerprint("{}") ?? one).count == 5)
  }
}
