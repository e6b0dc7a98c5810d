import Objectives
import Testing

struct MeanSquaredErrorTests {
  @Test func byHand() {
    let sample = ObjectiveCase(
      width: 2, prediction: [1, 2, 3, 5], target: [0, 4, 3, 1], weights: [1, 0.5])
    let (value, gradient) = sample.valueAndGradient(of: MeanSquaredError())
    #expect(value == (1 + 4) / 2.0 + 0.5 * (16 / 2.0))
    #expect(gradient == [1, -2, 0, 2])
    #expect(MeanSquaredError().fusableActivation == nil)
    #expect(MeanSquaredError().targetForm == .values)
  }

  @Test func anEmptyBatchIsWorthNothing() {
    let none = ObjectiveCase(width: 3, prediction: [], target: [], weights: [])
    #expect(none.valueAndGradient(of: MeanSquaredError()).value == 0)
  }
}
