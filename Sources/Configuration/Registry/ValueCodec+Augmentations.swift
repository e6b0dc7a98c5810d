extension ValueCodec<ClosedRange<Float>> {
  /// What is drawn evenly: from −f to f or, where not `isSymmetric`, from 0 to f; or from two numbers.
  /// All lie in `range`.
  static func factor(_ range: NumberRange, isSymmetric: Bool = true) -> ValueCodec {
    let single = NumberRange(lower: 0, upper: isSymmetric ? min(range.upper ?? 1, 1) : range.upper)
    let most = single.upper == 1 ? "1" : "\(single.upper ?? 1)"
    // Of zooms, −f has to lie within the range as well.
    let belowOne = isSymmetric && !range.includesLower
    return .scalar(
      (isSymmetric ? "f for -f to f, " : "f for 0 to f, ")
        + (belowOne ? "from 0 to below \(most)" : "from 0 to \(most)")
        + ", or [low, high], each \(range.words)",
      schema: .alternatives([single.schema, .list(of: range.schema, count: 2)]),
      read: { node in
        if let f = node.number(Float.self) {
          guard single.contains(Double(f)), range.contains(isSymmetric ? Double(-f) : Double(f))
          else { return nil }
          return isSymmetric ? -f...f : 0...f
        }
        guard let pair = pair(node), range.contains(Double(pair.0)),
          range.contains(Double(pair.1)), pair.0 <= pair.1
        else { return nil }
        return pair.0...pair.1
      },
      encode: {
        let (low, high) = ($0.lowerBound, $0.upperBound)
        if isSymmetric ? low == -high : low == 0 { return .number(high == 0 ? 0 : high) }
        return .list([.number(low), .number(high)])
      })
  }

  /// The least and the greatest of some values.
  static var valueRange: ValueCodec {
    .scalar(
      "[low, high], two numbers of which the first is smaller",
      schema: .list(of: NumberRange.any.schema, count: 2),
      read: { node in
        pair(node).flatMap { $0.0.isFinite && $0.1.isFinite && $0.0 < $0.1 ? $0.0...$0.1 : nil }
      },
      encode: { .list([.number($0.lowerBound), .number($0.upperBound)]) })
  }
}

extension ValueCodec<Registry.Bounds> {
  /// How far from 1: alike on both sides, or below and above.
  static var bounds: ValueCodec {
    .scalar(
      "a number, at least 0 and at most 1, or two of them",
      schema: .alternatives([
        NumberRange.unit.schema, .list(of: NumberRange.unit.schema, count: 2),
      ]),
      read: { node in
        let both = node.number(Float.self).map { ($0, $0) } ?? pair(node)
        return both.flatMap { below, above in
          NumberRange.unit.contains(Double(below)) && NumberRange.unit.contains(Double(above))
            ? Registry.Bounds(below: below, above: above) : nil
        }
      },
      encode: {
        $0.below == $0.above
          ? .number($0.below) : .list([.number($0.below), .number($0.above)])
      })
  }
}

/// The two numbers of a list of two.
private func pair(_ node: ConfigurationNode) -> (Float, Float)? {
  guard let elements = node.list, elements.count == 2,
    let first = elements[0].number(Float.self), let second = elements[1].number(Float.self)
  else { return nil }
  return (first, second)
}
