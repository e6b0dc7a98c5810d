/// One step of preparing inputs; steps are applied in the order in which they are listed.
///
/// Steps other than ``oneHot`` change numbers only: one-hot groups stay 0 and 1 wherever the step
/// stands in the list.
public enum PreprocessingStep: Hashable, Sendable {
  /// x / d.
  case divide(Double)
  /// (x − mean) / standard deviation, the latter over all samples (÷ n); a constant feature is only
  /// centred.
  case standardize
  /// (x − min) / (max − min); a constant feature becomes 0.
  case minMax
  /// A column of categories becomes one number per category of the training part: 1 for the
  /// category at hand, 0 elsewhere.
  case oneHot
}

extension PreprocessingStep: Codable {
  private enum Keys: String, CodingKey { case divide }

  /// Reads a step as ``encode(to:)`` writes it.
  public init(from decoder: any Decoder) throws {
    if let keyed = try? decoder.container(keyedBy: Keys.self) {
      self = .divide(try keyed.decode(Double.self, forKey: .divide))
      return
    }
    let container = try decoder.singleValueContainer()
    switch try container.decode(String.self) {
    case "standardize": self = .standardize
    case "min_max": self = .minMax
    case "one_hot": self = .oneHot
    case let name:
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(name)\" is no step of preprocessing")
    }
  }

  /// Writes the step as a configuration does: `{"divide": 255}`, `"standardize"`.
  public func encode(to encoder: any Encoder) throws {
    if case .divide(let divisor) = self {
      var keyed = encoder.container(keyedBy: Keys.self)
      try keyed.encode(divisor, forKey: .divide)
      return
    }
    var container = encoder.singleValueContainer()
    switch self {
    case .standardize: try container.encode("standardize")
    case .minMax: try container.encode("min_max")
    case .oneHot, .divide: try container.encode("one_hot")
    }
  }
}
