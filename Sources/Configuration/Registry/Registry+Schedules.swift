import Optimizers

extension Registry {
  /// How the learning rate goes over a run.
  static let schedules = Choice<any Schedule>(
    noun: "schedule",
    methods: [
      schedule(["constant"], "The same rate throughout.", ConstantRate()),
      schedule(
        ["inverse_time"], "ε₀ / (1 + a·t/T); with form `lecture` ε₀ / (a·t/T), at most ε₀.",
        InverseTimeDecay(decay: 1),
        [
          Field(
            "form", \.form, .name,
            "`keras`: ε₀ / (1 + a·t/T), t from 0; `lecture`: ε₀ / (a·t/T), t from 1, at most ε₀."),
          Field("decay", \.decay, .number(.positive), required: true, "a, how fast it falls."),
          Field("every", \.every, .scheduleLength, "T, the unit of time."),
          Field("staircase", \.staircase, .truth, staircaseDoc),
        ]),
      schedule(
        ["step_decay"], "Multiplied by a factor every so often, or after given times.",
        StepDecay(),
        [
          Field("factor", \.factor, .number(decay), "What the rate is multiplied by."),
          Field(
            "every", \.every, ValueCodec.scheduleLength.optional,
            "The time from one multiplication to the next; either this or `after`."),
          Field(
            "after", \.after, .scheduleLengths,
            "After which times from the beginning it is multiplied; increasing."),
        ], finish: finishStepDecay),
      schedule(
        ["exponential"], "ε₀·γ^(t/T): the same factor in equal times.",
        ExponentialDecay(factor: 1),
        [
          Field("factor", \.factor, .number(decay), required: true, "γ, the factor over T."),
          Field("every", \.every, .scheduleLength, "T, the time in which it falls by the factor."),
          Field("staircase", \.staircase, .truth, staircaseDoc),
        ]),
      schedule(
        ["polynomial"], "(ε₀ − end)·(1 − t/T)ᵖ + end.", PolynomialDecay(),
        [
          lengthField(\.length), endField(\.end),
          Field("power", \.power, .number(.positive), "p."),
          Field("cycle", \.cycle, .truth, "Whether the rate rises again after the end, T grown."),
        ]),
      schedule(
        ["linear"], "In a straight line from ε₀ to its end, where it stays.", LinearDecay(),
        [lengthField(\.length), endField(\.end)]),
      schedule(
        ["cosine"], "Along half a wave of the cosine from ε₀ to its end, where it stays.",
        CosineDecay(), [lengthField(\.length), endField(\.end)]),
      schedule(
        ["cosine_restarts"], "Cosine decays one after the other, each longer (SGDR).",
        CosineRestarts(first: .epochs(1)),
        [
          Field("first", \.first, .scheduleLength, required: true, "T₀, the first cycle."),
          Field(
            "growth", \.growth, .number(NumberRange(lower: 1)),
            "T_mult, what a cycle is longer than the one before."),
          Field(
            "shrink", \.shrink, .number(decay), "What a cycle begins lower than the one before."),
          endField(\.end),
        ]),
      schedule(
        ["snapshot_cosine"], "The run in equal cycles, each a cosine decay from ε₀ to 0.",
        SnapshotCosine(cycles: 1),
        [
          Field(
            "cycles", \.cycles, .integer(atLeast: 1, atMost: Bound.steps), required: true,
            "M, their number.")
        ]),
      schedule(
        ["one_cycle"], "A rise to ε₀, then a long fall far below the beginning.", OneCycle(),
        [
          lengthField(\.length),
          Field("rise", \.rise, .number(share), "The share of the cycle in which it rises."),
          Field(
            "start_divisor", \.startDivisor, .number(atLeastOne), "It begins at ε₀ by this."),
          Field(
            "end_divisor", \.endDivisor, .number(atLeastOne), "It ends at the beginning by this."),
          Field("anneal", \.anneal, .name, "Half waves of the cosine, or straight lines."),
        ]),
      schedule(
        ["triangular"], "Up to ε₀ and down in straight lines, over and over.",
        TriangularCycle(cycle: .epochs(1)),
        [
          Field("cycle", \.cycle, .scheduleLength, required: true, "One cycle, up and down."),
          Field("minimum", \.minimum, .number(.nonNegative), "The smallest rate."),
          Field("rise", \.rise, .number(share), "The share of the cycle in which it rises."),
          Field(
            "shrink", \.shrink, .number(decay),
            "What a cycle is lower than the one before; 0.5 is Smith's triangular2."),
        ]),
      schedule(
        ["piecewise"], "ε₀, then given values from given times on, one update earlier than Keras.",
        PiecewiseConstant(boundaries: [], values: []),
        [
          Field(
            "boundaries", \.boundaries, .scheduleLengths, required: true,
            "When the rate changes; increasing."),
          Field(
            "values", \.values, .rates, required: true,
            "The rate from each boundary on; as many as boundaries."),
        ], finish: finishPiecewise),
      schedule(
        ["reduce_on_plateau"],
        "Multiplied by a factor when the validation objective has stopped to fall.",
        ReduceOnPlateau(),
        [
          Field("factor", \.factor, .number(decay), "What the rate is multiplied by."),
          Field(
            "patience", \.patience, .integer(atLeast: 0, atMost: Bound.steps),
            "The epochs without a better objective that are let pass."),
          Field(
            "threshold", \.threshold, .number(.fraction),
            "By which part the objective must fall to count as better."),
          Field(
            "cooldown", \.cooldown, .integer(atLeast: 0, atMost: Bound.steps),
            "The epochs after a reduction in which none are counted."),
          Field("minimum", \.minimum, .number(.nonNegative), "The smallest rate."),
        ]),
    ])

  private static let decay = NumberRange(lower: 0, upper: 1, includesLower: false)
  private static let share = NumberRange(
    lower: 0, upper: 1, includesLower: false, includesUpper: false)
  private static let atLeastOne = NumberRange(lower: 1)
  private static let staircaseDoc =
    "Whether the rate stays the same within each T: t/T is rounded down, in form `lecture` up."

  private static func lengthField<Body: Schedule>(
    _ path: WritableKeyPath<Body, ScheduleLength?> & Sendable
  ) -> Field<Body> {
    Field(
      "length", path, ValueCodec.scheduleLength.optional,
      "T, the time to the end; unset it is the run.")
  }

  private static func endField<Body: Schedule>(
    _ path: WritableKeyPath<Body, Double> & Sendable
  ) -> Field<Body> {
    Field("end", path, .number(.nonNegative), "The last rate.")
  }

  private static func schedule<Body: Schedule>(
    _ names: [String], _ doc: String, _ initial: Body, _ fields: [Field<Body>] = [],
    finish:
      @escaping @Sendable (inout Body, ConfigurationNode, Place) throws(ConfigurationError) -> Void =
      { _, _, _ in }
  ) -> Method<any Schedule> {
    Method(
      names, doc, Section(initial, fields: fields, finish: finish),
      make: { settings, _ in settings }, settings: { $0 as? Body })
  }

  @Sendable private static func finishStepDecay(
    _ decay: inout StepDecay, _ node: ConfigurationNode, _ place: Place
  ) throws(ConfigurationError) {
    guard (decay.every == nil) == decay.after.isEmpty else { return }
    throw ConfigurationError(
      at: node.position,
      decay.after.isEmpty
        ? "\(place.text) needs a time; give every, such as 10, or after, such as [10, 15]"
        : "\(place.text).every and \(place.text).after exclude each other; keep one of them")
  }

  @Sendable private static func finishPiecewise(
    _ pieces: inout PiecewiseConstant, _ node: ConfigurationNode, _ place: Place
  ) throws(ConfigurationError) {
    guard pieces.values.count != pieces.boundaries.count else { return }
    throw ConfigurationError(
      at: node["values"]?.position ?? node.position,
      "\(place.text) has \(pieces.values.count) values for \(pieces.boundaries.count) boundaries;"
        + " give one value per boundary (before the first, the optimizer's learning_rate holds)")
  }
}
