import Datasets
import Models
import Tensors

/// Computes one shard of a step apart from the step: the same samples in the same pieces, so the same
/// bits; nothing is summed over shards and nothing is updated.
struct ShardPass {
  /// What came out.
  struct Result {
    /// The samples, by their numbers in the training part.
    var samples: [Int] = []
    /// The sum of their objectives.
    var objective = 0.0
    /// One number of all bits of all pieces' inputs, targets and gradients.
    var digest: UInt64 = 0
    /// Whether objective and gradient are finite.
    var isFinite = true
  }

  let plan: RunPlan
  let network: Network

  /// Computes the shard at `positions` of `epoch`; `look` sees it piece by piece.
  ///
  /// - Throws: where samples can't be read.
  func run(
    _ positions: Range<Int>, epoch: Int, look: DivergenceTrace? = nil
  ) throws(DatasetError) -> Result {
    let batch = plan.batch(rows: min(positions.count, plan.microBatch))
    let sampler = plan.sampler()
    let positionWeights = PositionWeights(plan.evaluation)
    let gradient = FloatStorage(count: network.parameters.trainableCount)
    var result = Result()
    var digests: [UInt64] = []
    for start in stride(from: positions.lowerBound, to: positions.upperBound, by: batch.capacity) {
      let piece = start..<min(start + batch.capacity, positions.upperBound)
      try sampler.fill(batch, positions: piece, epoch: epoch)
      result.samples += batch.samples
      network.context.setSamples(batch.samples.span, from: piece.lowerBound % plan.batch)
      let compiled = network.plan(rows: piece.count, isTraining: true)
      compiled.trace = look
      defer { compiled.trace = nil }
      look?.begin(batch.samples, inputs: batch.inputs)
      compiled.moveInput(to: batch.inputs, at: 0)
      compiled.forward()
      let (inputs, targets) = (batch.inputs, batch.targets)
      let evaluation = plan.evaluation
      let weights = positionWeights.weights(of: batch, mask: network.context.mask)
      look?.objective(evaluation, output: compiled.output, batch, weights: weights)
      var derivative = compiled.outputGradient
      let objective = evaluation.objective.valueAndGradient(
        prediction: compiled.output, target: targets.span(0..<piece.count * batch.targetWidth),
        weights: weights.span(0..<piece.count * evaluation.positions), width: evaluation.outputs,
        gradient: &derivative)
      compiled.backward(into: GradientWatch(gradient, look))
      result.objective += objective
      result.isFinite =
        result.isFinite && Float(objective).isFinite && allFinite(gradient.span)
      // With the samples: one gradient of NaN is like another.
      digests += [
        bitDigest(inputs.span(0..<piece.count * batch.inputWidth)),
        bitDigest(targets.span(0..<piece.count * batch.targetWidth)),
        bitDigest(gradient.span),
      ]
    }
    result.digest = bitDigest(digests)
    return result
  }
}

/// Leaves the gradient in an arena, and shows each part of it.
private final class GradientWatch: GradientSink {
  private let arena: FloatStorage
  private let look: DivergenceTrace?

  init(_ arena: FloatStorage, _ look: DivergenceTrace?) {
    self.arena = arena
    self.look = look
  }

  func place(of range: Range<Int>) -> (storage: FloatStorage, offset: Int) {
    (arena, range.lowerBound)
  }

  func ready(_ range: Range<Int>) { look?.gradient(arena, range) }
}
