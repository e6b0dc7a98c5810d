import Datasets

extension Registry {
  /// What can be done to inputs before the network sees them.
  static let preprocessing = Choice<PreprocessingStep>(
    noun: "preprocessing step",
    methods: [
      Method(
        ["divide"], "Divides every input by a number.",
        Section(
          DivideSettings(), shorthand: "by",
          fields: [Field("by", \.divisor, .number(.positive), required: true, "The divisor.")]),
        make: { settings, _ in .divide(settings.divisor) },
        settings: { step in
          if case .divide(let divisor) = step { DivideSettings(divisor: divisor) } else { nil }
        }),
      step(
        ["standardize"],
        "Subtracts the mean of each feature (of each channel of images) and divides by its standard "
          + "deviation.", .standardize),
      step(["min_max"], "Maps each feature (each channel of images) to 0…1.", .minMax),
      step(
        ["one_hot"],
        "Turns each column of texts into one input per category; standardize and min_max leave these alone.",
        .oneHot),
    ])

  private struct DivideSettings: Sendable {
    var divisor = 1.0
  }

  private struct NoSettings: Sendable {}

  private static func step(_ names: [String], _ doc: String, _ step: PreprocessingStep)
    -> Method<PreprocessingStep>
  {
    Method(
      names, doc, Section(NoSettings(), fields: []), make: { _, _ in step },
      settings: { $0 == step ? NoSettings() : nil })
  }
}
