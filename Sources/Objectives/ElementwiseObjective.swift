import Tensors

/// An objective that is the mean, or the sum, over a sample's outputs of a loss of each output.
///
///     L = (1/D) Σⱼ ℓ(yⱼ, tⱼ)        ∂L/∂yⱼ = (1/D) ∂ℓ/∂yⱼ        D = K, the number of outputs, or 1
///
/// A method is its two loops over elements; weights and sums are the same for all.
public protocol ElementwiseObjective: Objective {
  /// Whether L is the mean or the sum.
  var outputs: OutputReduction { get }

  /// Writes ℓ of each element to `losses`.
  func writeLosses(
    _ prediction: Span<Float>, _ target: Span<Float>, into losses: inout MutableSpan<Float>)

  /// Writes ∂ℓ/∂y of each element to `slopes`.
  func writeSlopes(
    _ prediction: Span<Float>, _ target: Span<Float>, into slopes: inout MutableSpan<Float>)
}

extension ElementwiseObjective {
  /// Numbers.
  public var targetForm: TargetForm { .values }

  /// The mean.
  public var outputs: OutputReduction { .mean }

  /// The sum Σᵢ wᵢ·Lᵢ over the samples.
  public func value(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int
  ) -> Double {
    _ = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: width)
    var rows = WeightedRows(width: width, divisor: outputs.divisor(width: width))
    // A piece of the stack, so that a step that asks for the value alone allocates nothing.
    var room = InlineArray<1024, Float>(repeating: 0)
    for first in stride(from: 0, to: prediction.count, by: room.count) {
      let range = first..<min(first + room.count, prediction.count)
      var all = room.mutableSpan
      var losses = all._mutatingExtracting(0..<range.count)
      writeLosses(prediction.extracting(range), target.extracting(range), into: &losses)
      rows.add(losses.span, weights: weights)
    }
    return rows.total
  }

  /// The same sum; writes its derivative by each prediction to `gradient`.
  public func valueAndGradient(
    prediction: Span<Float>, target: Span<Float>, weights: Span<Float>, width: Int,
    gradient: inout MutableSpan<Float>
  ) -> Double {
    let count = Rows.count(
      prediction: prediction, target: target, weights: weights, width: width, targetWidth: width)
    precondition(gradient.count == prediction.count)
    let divisor = outputs.divisor(width: width)
    // The losses borrow the gradient's room, so that their loop vectorizes.
    writeLosses(prediction, target, into: &gradient)
    var rows = WeightedRows(width: width, divisor: divisor)
    rows.add(gradient.span, weights: weights)
    writeSlopes(prediction, target, into: &gradient)
    for i in 0..<count {
      let factor = weights[i] / Float(divisor)
      for j in i &* width..<(i &+ 1) &* width { gradient[j] *= factor }
    }
    return rows.total
  }
}
