import Formats

/// What one step showed of a network's layers.
public struct GradientFlowSample: Hashable, Sendable, Codable {
  /// Many numbers in a few; nil where they are not finite.
  public struct Distribution: Hashable, Sendable, Codable {
    /// Their mean.
    public var mean: Double?
    /// Their Euclidean norm; of activations the root of the mean over the samples of their squared
    /// norms, which does not grow with the minibatch.
    public var norm: Double?
    /// The number below or at which 5 % of them lie, within 1/16 of itself.
    public var low: Double?
    /// The one in the middle.
    public var median: Double?
    /// The number below or at which 95 % of them lie.
    public var high: Double?
  }

  /// What it showed of one layer.
  public struct Layer: Hashable, Sendable, Codable {
    /// The name of the layer.
    public var name: String
    /// Its outputs over the samples of the minibatch.
    public var activation: Distribution
    /// The mean gradient of the objective by its parameters, penalties left out; nil where it has none.
    public var gradient: Distribution?
    /// ‖Δw‖ / ‖w‖, the share of its parameters that the update changed; nil where it has none, or all
    /// were 0.
    public var updateRatio: Double?
  }

  /// The update, counted from 1.
  public var step: Int
  /// The layers in the order of computation.
  public var layers: [Layer]

  /// The sample as `metrics.jsonl` has it.
  public var json: JSONObject {
    let layers = layers.map { layer in
      var object = JSONObject([
        ("name", JSONValue(layer.name)), ("activation", layer.activation.json),
      ])
      object["gradient"] = layer.gradient?.json
      object["update_ratio"] = layer.updateRatio.map { JSONValue($0) }
      return JSONValue.object(object)
    }
    return JSONObject([("step", JSONValue(step)), ("layers", .array(layers))])
  }
}

extension GradientFlowSample.Distribution {
  /// The five numbers by name.
  fileprivate var json: JSONValue {
    func value(_ number: Double?) -> JSONValue { number.map { JSONValue($0) } ?? .null }
    return .object(
      JSONObject([
        ("mean", value(mean)), ("norm", value(norm)), ("p5", value(low)), ("p50", value(median)),
        ("p95", value(high)),
      ]))
  }

  /// The distribution of `count` numbers with the given sums and bins, whose norm is taken over
  /// `divisor` samples.
  init(
    count: Double, sum: Double, squares: Double, divisor: Double = 1, bins: Span<Int>
  ) {
    func finite(_ number: Double) -> Double? { number.isFinite ? number : nil }
    mean = finite(sum / count)
    norm = finite((squares / divisor).squareRoot())
    let percentiles = ValueHistogram.percentiles([0.05, 0.5, 0.95], of: bins)
    low = finite(percentiles[0])
    median = finite(percentiles[1])
    high = finite(percentiles[2])
  }
}
