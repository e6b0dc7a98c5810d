import Configuration
import Datasets
import Formats
import Layers
import Pretraining
import Tensors
import Training

/// What is told of a machine at the end of its stage: the gap of its free energies, and, where it is
/// wanted, ln Z with the log-likelihood of every part.
struct BoltzmannConclusion {
  /// The samples from which the base machine takes its means, at most.
  private static let sampled = 10_000

  private let machine: RestrictedBoltzmann
  private let partition: PartitionConfiguration?
  private let session: RankSession

  /// The conclusion of `stage`; nil where it trains no machine.
  init?(_ stage: PretrainingStage, session: RankSession) {
    guard case .machine(let machine, let partition) = stage.kind else { return nil }
    self.machine = machine
    self.partition = partition
    self.session = session
  }

  /// The figures and lines.
  func end(_ trainer: Trainer, _ result: RunResult) throws -> RunPart.End {
    var end = RunPart.End()
    let parts = [
      ("train", result.training), ("validation", result.validation), ("test", result.test),
    ].compactMap { name, figures in
      figures?.metrics.first { $0.name == BoltzmannFigure.freeEnergy.name }.map { (name, $0.value) }
    }
    if let first = parts.first?.1, let watched = parts.first(where: { $0.0 == "validation" })?.1 {
      end.figures["free_energy_gap"] = JSONValue(watched - first)
      end.lines.append(
        "free-energy gap \(Text.number(watched - first)): the validation part's mean less the"
          + " training part's")
    }
    guard let partition else { return end }
    let estimate = try estimate(partition, trainer)
    var json = JSONObject([
      ("value", JSONValue(estimate.logPartition)), ("upper", JSONValue(estimate.upper)),
      ("chains", JSONValue(partition.chains)), ("temperatures", JSONValue(partition.temperatures)),
    ])
    if estimate.lower.isFinite { json["lower"] = JSONValue(estimate.lower) }
    var likelihoods = JSONObject()
    for (name, energy) in parts { likelihoods[name] = JSONValue(-energy - estimate.logPartition) }
    end.figures["log_partition"] = .object(json)
    end.figures["log_likelihood"] = .object(likelihoods)
    end.lines.append(
      "ln Z \(Text.number(estimate.logPartition)), three standard errors from"
        + " \(Text.number(estimate.lower)) to \(Text.number(estimate.upper)); mean log-likelihood "
        + parts.map { "\($0.0) \(Text.number(-$0.1 - estimate.logPartition))" }
        .joined(separator: ", "))
    return end
  }

  private func estimate(
    _ partition: PartitionConfiguration, _ trainer: Trainer
  ) throws -> AnnealedImportanceSampling.Estimate {
    let base = try session.together {
      AnnealedImportanceSampling.base(
        means: try means(trainer.plan.training), machine.visible)
    }
    let parameters = trainer.withEvaluatedParameters {
      BoltzmannFile.machine($0, machine.visible)
    }
    return try AnnealedImportanceSampling(
      chains: partition.chains, temperatures: partition.temperatures,
      key: RandomKey(seed: trainer.plan.seed, purpose: .sampling)
    ).estimate(
      parameters, base: base, group: session.group, engine: session.engine, stream: session.stream)
  }

  /// The mean of every visible unit over the first samples.
  private func means(_ data: any Dataset) throws(DatasetError) -> [Double] {
    let width = data.inputShape.count
    let batch = Batch(capacity: 256, inputWidth: width, targetWidth: 1, targetForm: .classIndex)
    let count = min(data.count, BoltzmannConclusion.sampled)
    var sums = [Double](repeating: 0, count: width)
    for start in stride(from: 0, to: count, by: 256) {
      let samples = Array(start..<min(start + 256, count))
      try data.read(samples.span, into: batch)
      let inputs = batch.inputs
      let values = inputs.span(0..<samples.count * width)
      for i in 0..<values.count { sums[i % width] += Double(values[i]) }
    }
    return sums.map { $0 / Double(count) }
  }
}
