import Layers
import Metrics
import Objectives
import Tensors

/// What is told as the objective of a machine: the mean square of what its reconstructions miss.
///
/// Contrastive divergence follows no objective's gradient; this is what is easily watched. The network's
/// outputs are the figures of ``RestrictedBoltzmann/Output``; targets and weights are not read.
public struct ReconstructionError: Objective {
  /// One number per sample, which is not read.
  public let targetForm = TargetForm.classIndex

  /// The objective.
  public init() {}

  /// The sum over the samples.
  public func value(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int
  ) -> Double {
    var total = 0.0
    for row in 0..<prediction.count / width {
      total += Double(prediction[row * width + RestrictedBoltzmann.Output.reconstructionError])
    }
    return total
  }

  /// The sum over the samples; the machine reads no derivative.
  public func valueAndGradient(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int,
    gradient: inout MutableSpan<Float>
  ) -> Double {
    for i in 0..<gradient.count { gradient[i] = 0 }
    return value(prediction: prediction, target: target, weights: weights, width: width)
  }
}

/// The mean over the samples of one of a machine's figures.
public struct BoltzmannFigure: Metric {
  /// The figure's name.
  public let name: String
  /// The values and the samples.
  public let sumCount = 2
  /// Whether a larger figure is a better one.
  public let largerIsBetter: Bool
  /// As outputs are.
  public let acceptsLogits = true
  private let column: Int

  /// V · ln p(vᵢ | the other units) for one drawn unit i of each sample: without bias an estimate of
  /// the pseudo-log-likelihood (scikit-learn's `score_samples`).
  public static let pseudoLogLikelihood = BoltzmannFigure(
    name: "pseudo_log_likelihood", largerIsBetter: true,
    column: RestrictedBoltzmann.Output.pseudoLogLikelihood)

  /// F(v). Where that of the validation part rises above that of the training part, the machine is
  /// learning the latter by heart.
  public static let freeEnergy = BoltzmannFigure(
    name: "free_energy", largerIsBetter: false, column: RestrictedBoltzmann.Output.freeEnergy)

  private init(name: String, largerIsBetter: Bool, column: Int) {
    self.name = name
    self.largerIsBetter = largerIsBetter
    self.column = column
  }

  /// The figures of a machine whose visible units are `visible`.
  public static func all(_ visible: RestrictedBoltzmann.Visible) -> [any Metric] {
    visible == .bernoulli ? [pseudoLogLikelihood, freeEnergy] : [freeEnergy]
  }

  /// Adds the figures and the number of these samples.
  public func accumulate(
    prediction: Span<Float>, target: Span<Float>, width: Int, targetWidth: Int,
    into sums: inout MutableSpan<Double>
  ) {
    let rows = prediction.count / width
    var total = 0.0
    for row in 0..<rows { total += Double(prediction[row * width + column]) }
    sums[0] += total
    sums[1] += Double(rows)
  }

  /// The mean.
  public func result(_ sums: Span<Double>) -> Double { sums[0] / sums[1] }
}
