import Datasets

/// What the samples of the classes weigh.
public enum ClassWeights: Hashable, Sendable {
  /// What one class weighs.
  public struct Entry: Hashable, Sendable {
    /// The class's name or number.
    public var name: String
    /// The weight.
    public var weight: Float
  }

  /// As much for each class as a whole.
  case balanced
  /// These; 1 for the classes left out.
  case entries([Entry])

  /// The weight of each class of `data`, the training part.
  ///
  /// - Throws: ``ConfigurationError`` where there are no classes, or none of a name.
  func resolved(for data: any GatheringDataset) throws(ConfigurationError) -> [Float] {
    guard let names = data.targets.classNames else {
      throw ConfigurationError(
        at: nil,
        "data.class_weights needs classes, one for each sample, which the data don't have; weigh "
          + "samples by the key weights of their source")
    }
    guard case .entries(let entries) = self else { return ClassWeighted.balanced(data) }
    var weights = [Float](repeating: 1, count: names.count)
    var keys = [String?](repeating: nil, count: names.count)
    for entry in entries {
      let number = Int(entry.name).flatMap { names.indices.contains($0) ? $0 : nil }
      let named = names.firstIndex(of: entry.name)
      guard let place = named ?? number else {
        let near = NearestName.nearest(to: entry.name, among: names)
        throw ConfigurationError(
          at: nil,
          "data.class_weights: there is no class \"\(entry.name)\"; "
            + (near.map { "did you mean \"\($0)\"?" }
              ?? "the classes are " + names.prefix(12).joined(separator: ", ")
              + (names.count > 12 ? ", …" : "")))
      }
      let key = "\"\(entry.name)\" by its \(named == nil ? "number" : "name")"
      if let other = keys[place] {
        throw ConfigurationError(
          at: nil,
          "data.class_weights: two keys are the class \"\(names[place])\": \(other) and \(key); "
            + "use either the names of all classes, which go first, or their numbers from 0 to "
            + "\(names.count - 1)")
      }
      keys[place] = key
      weights[place] = entry.weight
    }
    return weights
  }
}

extension ValueCodec<ClassWeights> {
  /// `balanced`, or weights by class.
  static var classWeights: ValueCodec {
    .scalar(
      "balanced, or a weight of at least 0 by class, such as {a: 2, b: 0.5}",
      schema: .alternatives([
        .names(["balanced"]),
        .object([
          ("type", .string("object")), ("additionalProperties", NumberRange.nonNegative.schema),
        ]),
      ]),
      read: { node in
        if node.text == "balanced" { return .balanced }
        guard let entries = node.entries, !entries.isEmpty else { return nil }
        var weights: [ClassWeights.Entry] = []
        for entry in entries {
          guard let weight = entry.value.number(Float.self), weight.isFinite, weight >= 0 else {
            return nil
          }
          weights.append(ClassWeights.Entry(name: entry.key, weight: weight))
        }
        return .entries(weights)
      },
      encode: {
        switch $0 {
        case .balanced: .plain("balanced")
        case .entries(let entries): .section(entries.map { ($0.name, .number($0.weight)) })
        }
      })
  }
}
