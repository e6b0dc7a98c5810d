import Objectives
import Testing
import _TestSupport

struct SparseCategoricalCrossEntropyTests {
  /// The number of the class and its one-hot row mean the same.
  @Test(arguments: [false, true])
  func agreesWithOneHotRows(readsLogits: Bool) {
    let width = 4
    let prediction: [Float] = [0.1, 0.2, 0.3, 0.4, 0.7, 0.1, 0.1, 0.1, 0.25, 0.25, 0.4, 0.1]
    let classes: [Float] = [3, 0, 2]
    let oneHot = (0..<3 * width).map { Float($0 % width == Int(classes[$0 / width]) ? 1 : 0) }
    let weights: [Float] = [1, 2, 0.5]
    let sparse = ObjectiveCase(
      width: width, prediction: prediction, target: classes, weights: weights
    ).valueAndGradient(of: SparseCategoricalCrossEntropy(readsLogits: readsLogits))
    let dense = ObjectiveCase(
      width: width, prediction: prediction, target: oneHot, weights: weights
    ).valueAndGradient(of: CategoricalCrossEntropy(readsLogits: readsLogits))
    #expect(mismatches([sparse.value], [dense.value], relative: 1e-7) == [])
    #expect(
      mismatches(sparse.gradient, dense.gradient.map(Double.init), relative: 1e-6, absolute: 1e-7)
        == [])
    #expect(SparseCategoricalCrossEntropy().targetForm == .classIndex)
  }

  @Test func aClassThatIsNotThereIsAMistake() async {
    await #expect(processExitsWith: .failure) {
      _ = ObjectiveCase(width: 3, prediction: [0, 0, 0], target: [3], weights: [1])
        .value(of: SparseCategoricalCrossEntropy(readsLogits: true))
    }
  }
}
