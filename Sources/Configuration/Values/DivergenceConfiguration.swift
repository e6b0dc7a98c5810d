import Training

extension DivergenceRule {
  static let section = Section(
    DivergenceRule(), shorthand: "rollback",
    fields: [
      Field(
        "rollback", \.rollbacks, .integer(atLeast: 0, atMost: Bound.steps),
        "How many times the run goes back to its last checkpoint, with a smaller learning rate, "
          + "before it ends with exit code 79."),
      Field(
        "factor", \.factor,
        .number(NumberRange(lower: 0, upper: 1, includesLower: false, includesUpper: false)),
        "What the learning rate is multiplied by each time."),
    ])
}
