import Collectives
import Datasets
import MPI
import OneDNN
import Tensors
import Training

/// Asks a model something of every sample, all ranks together, and tells every rank all answers.
///
/// The samples are cut into the chunks of an evaluation; a rank computes consecutive ones, so what is
/// computed, and its bits, do not depend on the ranks.
public struct SampleSurvey {
  private let group: RankGroup
  private let plan: EvaluationPlan

  /// A survey by the ranks of `group` of models that are judged by `plan`.
  public init(_ plan: EvaluationPlan, group: RankGroup) {
    self.plan = plan
    self.group = group
  }

  /// `width` numbers for each sample of `data`, in order: what `judge` writes when it is given the
  /// sample's output and its target.
  ///
  /// - Throws: ``RankFailure`` on every rank where one can't read its samples.
  public func values(
    of model: TrainedModel, on data: any Dataset, width: Int,
    _ judge: (Span<Float>, Span<Float>, inout [Double]) -> Void
  ) throws -> [Double] {
    let size = plan.batch
    let chunks = (data.count + size - 1) / size
    let mine = chunks * group.rank / group.size..<chunks * (group.rank + 1) / group.size
    var found: [Double] = []
    let agreement = CollectiveAgreement(communicator: group.communicator)
    try agreement.together(describe: RankFailure.init(describing:)) {
      try model.prepare(samples: data.count, chunk: size)
      let outputs = plan.graph.outputShape.count
      let batch = Batch(
        capacity: size, inputWidth: data.inputWidth, targetWidth: plan.targetWidth,
        targetForm: plan.targetForm)
      let computed = FloatStorage(count: size * outputs)
      var answer: [Double] = []
      for chunk in mine {
        group.heartbeat.beat()
        let samples = Array(chunk * size..<min((chunk + 1) * size, data.count))
        try data.read(samples.span, into: batch)
        var room = computed.mutableSpan(0..<samples.count * outputs)
        model.compute(batch, into: &room)
        let targets = batch.targets
        for row in samples.indices {
          answer.removeAll(keepingCapacity: true)
          judge(
            computed.span(row * outputs..<(row + 1) * outputs),
            targets.span(row * plan.targetWidth..<(row + 1) * plan.targetWidth), &answer)
          precondition(answer.count == width, "\(answer.count) answers of \(width)")
          found += answer
        }
      }
    }
    return try group.communicator.allGather(found).flatMap { $0 }
  }

  /// What the samples of `data` weigh.
  public static func weights(of data: any Dataset) throws(DatasetError) -> [Double] {
    let size = 256
    let targets = data.targets.classNames == nil ? TargetForm.values : .classIndex
    var width = 1
    if case .values(let count) = data.targets { width = count }
    let batch = Batch(
      capacity: size, inputWidth: data.inputWidth, targetWidth: width, targetForm: targets)
    var weights: [Double] = []
    for start in stride(from: 0, to: data.count, by: size) {
      let samples = Array(start..<min(start + size, data.count))
      try data.read(samples.span, into: batch)
      let read = batch.weights
      for row in samples.indices { weights.append(Double(read.span[row])) }
    }
    return weights
  }
}
