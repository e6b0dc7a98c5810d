import Layers
import Models
import Objectives
import Optimizers
import Tensors
import Testing

@testable import Training

@Suite struct MemoryNeedTests {
  /// A training by Adam of two layers of `units` units.
  private func plan(units: Int) throws -> RunPlan {
    let layer = Dense(units: units, initializer: GlorotUniform(), biasInitializer: Zeros())
    var fixture = TrainingFixture()
    fixture.optimizer = Adam()
    var plan = try fixture.plan()
    plan.evaluation.graph = try NetworkGraph(
      NetworkSpec([LayerSpec(.layer(layer)), LayerSpec(.layer(layer))]), inputShape: [5])
    return plan
  }

  @Test("two layers of 100,000 units are refused with both sizes, before anything is allocated")
  func tooLarge() throws {
    let need = MemoryNeed(training: try plan(units: 100_000))
    // 10,000,700,000 parameters: values, gradients, two slots, and a checkpoint of values and slots.
    #expect(need.bytes(ranks: 1) >= 7 * 4 * 10_000_700_000)
    let available = AvailableMemory(bytes: 8 << 30, limit: "ulimit -v")
    do {
      try need.require(ranks: 2, available: available)
      Issue.record("not refused")
    } catch {
      #expect(error.code == ExitCode.badConfiguration)
      #expect(error.description.contains("335."), "\(error.description)")
      #expect(
        error.description.contains("8.0 GiB are available (ulimit -v)"), "\(error.description)")
    }
  }

  @Test("what fits is not refused, nor what cannot be known")
  func fits() throws {
    let need = MemoryNeed(training: try plan(units: 10))
    try need.require(ranks: 1)
    try need.require(ranks: 1, available: nil)
  }

  @Test("layers and parameters whose sizes exceed 64 bits are refused by name")
  func limits() throws {
    let wide = Dense(units: 1 << 24, initializer: Zeros(), biasInitializer: Zeros())
    let up = UpSampling2D(Extent2D(1 << 15, 1 << 15))
    let cases: [([any Layer], Shape, String)] = [
      ([wide, wide], [5], "layer dense_2: its weight"),
      ([up], [1, 2, 2], "layer upsampling_1: its output"),
    ]
    for (layers, shape, message) in cases {
      do {
        _ = try NetworkGraph(
          NetworkSpec(layers.map { LayerSpec(.layer($0)) }), inputShape: shape)
        Issue.record("not refused: \(message)")
      } catch {
        #expect(error.description.hasPrefix(message), "\(error)")
      }
    }
    let many = LayerSpec(.repetition([LayerSpec(.layer(ActivationLayer(.tanh)))], times: 10_000))
    do {
      _ = try NetworkGraph(
        NetworkSpec([LayerSpec(.repetition([many], times: 10_000))]), inputShape: [5])
      Issue.record("not refused")
    } catch {
      #expect(error.reason.contains("at most 5000 layers"), "\(error)")
    }
    do {
      _ = try NetworkGraph(
        NetworkSpec([LayerSpec(.repetition([], times: 1 << 60))]), inputShape: [5])
      Issue.record("not refused")
    } catch {
      #expect(error.reason.contains("no layer to repeat"), "\(error)")
    }
  }
}
