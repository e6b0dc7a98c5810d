import Objectives

extension Registry {
  /// What training makes small.
  static let objectives = Choice<any Objective>(
    noun: "objective",
    methods: [
      objective(
        ["mean_squared_error", "mse"],
        "The mean over outputs of (prediction − target)²; for numbers.", MeanSquaredError()),
      objective(
        ["binary_crossentropy"],
        "−t·ln p − (1 − t)·ln(1 − p), the mean over outputs; for yes or no, with a sigmoid at the "
          + "end.", BinaryCrossEntropy()),
      objective(
        ["categorical_crossentropy"],
        "−Σ t·ln p; for one class of several, with a softmax at the end.",
        CategoricalCrossEntropy()),
      objective(
        ["sparse_categorical_crossentropy"],
        "The same from class numbers: −ln p of the class, with a softmax at the end.",
        SparseCategoricalCrossEntropy()),
    ],
    unavailable: [
      "mean_absolute_error", "huber", "log_cosh", "mean_squared_logarithmic_error", "poisson",
      "kl_divergence", "hinge", "squared_hinge", "categorical_hinge", "cosine_similarity",
    ])

  private static func objective<Body: Objective>(
    _ names: [String], _ doc: String, _ initial: Body, _ fields: [Field<Body>] = []
  ) -> Method<any Objective> {
    Method(
      names, doc, Section(initial, fields: fields), make: { settings, _ in settings },
      settings: { $0 as? Body })
  }
}
