import Tensors
import Collectives
import Datasets
import Models
import Objectives

extension MinibatchStep {
  /// Tests the network on the records at hand before it learns from them, with the parameters that a saved
  /// model would have.
  func testArrivals(_ stepInEpoch: Int) -> RankFailure? {
    do {
      try update.withAverage {
        for (local, shard) in reducer.localShards.enumerated() {
          let positions = plan.positions(step: stepInEpoch, shard: shard)
          var start = positions.lowerBound
          while start < positions.upperBound {
            let end = min(start + plan.microBatch, positions.upperBound)
            test(try feed.load(start..<end, step: stepInEpoch, epoch: epoch), local)
            feed.release()
            start = end
          }
        }
      }
      return nil
    } catch {
      return RankFailure(describing: error)
    }
  }

  private func test(_ batch: Batch, _ local: Int) {
    let rows = batch.count
    let compiled = network.plan(rows: rows, isTraining: false)
    compiled.moveInput(to: batch.inputs, at: 0)
    compiled.forward()
    let (targets, weights) = (batch.targets, chunk.weights(of: batch, after: network.context))
    let evaluation = plan.evaluation
    let objective = evaluation.objective.value(
      prediction: compiled.output, target: targets.span(0..<rows * batch.targetWidth),
      weights: weights.span(0..<rows * evaluation.positions), width: evaluation.outputs)
    add(tested: compiled, batch, weights, objective, to: &sums, ending: (local + 1) * sumWidth)
  }

  /// Adds the figures of a tested batch to the part of `sums` before `end`.
  private func add(
    tested compiled: Plan, _ batch: Batch, _ weights: FloatStorage, _ objective: Double,
    to sums: inout [Double], ending end: Int
  ) {
    var totals = sums.mutableSpan
    var mine = totals._mutatingExtracting(end - chunk.sums.width..<end)
    chunk.addMetrics(
      of: compiled, batch, weights: weights, objective: objective, to: &mine)
  }
}
