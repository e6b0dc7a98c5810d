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
        ["squared_error"], "½ Σ (prediction − target)², summed over outputs: the textbook's form.",
        SquaredError()),
      objective(
        ["mean_absolute_error", "mae"], "The mean over outputs of |prediction − target|.",
        MeanAbsoluteError()),
      objective(
        ["mean_absolute_percentage_error", "mape"],
        "The mean over outputs of 100·|prediction − target| / |target|.",
        MeanAbsolutePercentageError()),
      objective(
        ["mean_squared_logarithmic_error", "msle"],
        "The mean over outputs of (ln(1 + prediction) − ln(1 + target))²; for numbers of at least 0.",
        MeanSquaredLogarithmicError()),
      objective(
        ["huber"], "Squared near the target, even far from it; for numbers with outliers.", Huber(),
        [Field("delta", \.delta, .number(.positive), "δ, where the parabola ends.")]),
      objective(
        ["log_cosh", "logcosh"], "The mean over outputs of ln cosh(prediction − target).", LogCosh()
      ),
      objective(
        ["poisson"],
        "The mean over outputs of p − t·ln p; for counts, with an exponential or softplus at the end.",
        Poisson()),
      objective(
        ["cosine_similarity", "cosine_proximity"],
        "The negative cosine of the angle between outputs and targets.", CosineSimilarity()),
      objective(
        ["hinge"], "The mean over outputs of max(1 − t·y, 0), t being −1 or 1; for classes.",
        Hinge()),
      objective(
        ["squared_hinge"], "The mean over outputs of max(1 − t·y, 0)², t being −1 or 1.",
        SquaredHinge()),
      objective(
        ["categorical_hinge"],
        "How far the true class's output is from leading all others by 1.", CategoricalHinge()),
      objective(
        ["binary_crossentropy"],
        "−t·ln p − (1 − t)·ln(1 − p), the mean over outputs; for yes or no, with a sigmoid at the "
          + "end.", BinaryCrossEntropy(),
        [
          Field(
            "outputs", \.outputs, .name,
            "Whether the outputs' losses are averaged (`mean`) or added (`sum`, the textbook's form)."
          ),
          Field("label_smoothing", \.labelSmoothing, .number(.fraction), smoothingDoc(2)),
        ]),
      objective(
        ["binary_focal_crossentropy"],
        "The binary cross-entropy times (1 − q)^γ, q the probability of the truth: what is right "
          + "already counts for less.", BinaryFocalCrossEntropy(),
        [
          Field("gamma", \.gamma, .number(.nonNegative), "γ; 0 is the plain cross-entropy."),
          Field(
            "alpha", \.alpha, ValueCodec.number(.unit).optional,
            "α, the weight of a yes where a no weighs 1 − α; unset both weigh 1."),
          Field("label_smoothing", \.labelSmoothing, .number(.fraction), smoothingDoc(2)),
        ]),
      objective(
        ["categorical_crossentropy"],
        "−Σ t·ln p; for one class of several, with a softmax at the end.",
        CategoricalCrossEntropy(),
        [Field("label_smoothing", \.labelSmoothing, .number(.fraction), smoothingDoc(nil))]),
      objective(
        ["categorical_focal_crossentropy"],
        "−α Σ t·(1 − p)^γ·ln p: what is right already counts for less.",
        CategoricalFocalCrossEntropy(),
        [
          Field(
            "gamma", \.gamma, .number(.nonNegative), "γ; 0 is α times the plain cross-entropy."),
          Field("alpha", \.alpha, .number(.positive), "α, a factor of all."),
          Field("label_smoothing", \.labelSmoothing, .number(.fraction), smoothingDoc(nil)),
        ]),
      objective(
        ["sparse_categorical_crossentropy"],
        "The same from class numbers: −ln p of the class, with a softmax at the end.",
        SparseCategoricalCrossEntropy()),
      objective(
        ["kullback_leibler_divergence", "kl_divergence", "kld"],
        "Σ t·ln(t/p); for distributions, with a softmax at the end.", KullbackLeiblerDivergence()),
    ])

  /// The name of `objective`, without its settings.
  static func name(of objective: any Objective) -> String {
    let method = objectives.methods.first { $0.encode(objective) != nil }
    return method?.names[0] ?? "the objective"
  }

  private static func smoothingDoc(_ answers: Int?) -> String {
    "s, which moves targets to (1 − s)·t + s/"
      + (answers.map { "\($0)." } ?? "K, K being the number of classes.")
  }

  private static func objective<Body: Objective>(
    _ names: [String], _ doc: String, _ initial: Body, _ fields: [Field<Body>] = []
  ) -> Method<any Objective> {
    Method(
      names, doc, Section(initial, fields: fields), make: { settings, _ in settings },
      settings: { $0 as? Body })
  }
}

extension Objective {
  /// Whether targets are quantities, not classes, answers or shares.
  var isRegression: Bool { targetDomain == .any || targetDomain == .nonNegative }
}
