import Optimizers

extension ValueCodec<ScheduleLength> {
  /// A stretch of a schedule: epochs where it is bare, or steps.
  static var scheduleLength: ValueCodec {
    .scalar(
      "a number of epochs above 0, or a text such as 500 steps", schema: ScheduleLength.schema,
      read: { $0.text.flatMap(ScheduleLength.init) }, encode: { .plain($0.description) })
  }
}

extension ValueCodec<[ScheduleLength]> {
  /// Several such stretches, at least one.
  static var scheduleLengths: ValueCodec {
    .scalar(
      "a list of numbers of epochs above 0, or of texts such as 500 steps",
      schema: .list(of: ScheduleLength.schema),
      read: { node in
        guard let elements = node.list, !elements.isEmpty else { return nil }
        let lengths = elements.compactMap { $0.text.flatMap(ScheduleLength.init) }
        return lengths.count == elements.count ? lengths : nil
      },
      encode: { $0.isEmpty ? .null : .list($0.map { .plain($0.description) }) })
  }
}

extension ValueCodec<[Double]> {
  /// Learning rates, at least one.
  static var rates: ValueCodec {
    .scalar(
      "a list of numbers, each at least 0",
      schema: .list(of: NumberRange.nonNegative.schema),
      read: { node in
        guard let elements = node.list, !elements.isEmpty else { return nil }
        let rates = elements.compactMap { $0.number(Double.self) }
        return rates.count == elements.count && rates.allSatisfy(NumberRange.nonNegative.contains)
          ? rates : nil
      },
      encode: { $0.isEmpty ? .null : .list($0.map { .number($0) }) })
  }
}

extension ScheduleLength {
  fileprivate static var schema: JSONText {
    .object([
      (
        "anyOf",
        .array([
          NumberRange.positive.schema,
          .object([
            ("type", .string("string")),
            ("pattern", .string("^[0-9.]+ epochs?$|^[0-9]+ steps?$")),
          ]),
        ])
      )
    ])
  }
}
