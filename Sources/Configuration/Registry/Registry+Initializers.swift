import Layers
import Tensors

extension Registry {
  /// The ways to draw first values; formulas and names are those of Keras 3.
  static let initializers = Choice<any Initializer>(
    noun: "initializer",
    methods: [
      plain("zeros", "0 everywhere.", Zeros()),
      plain("ones", "1 everywhere.", Ones()),
      Method(
        ["constant"], "One number everywhere.",
        Section(
          Constant(0), shorthand: "value",
          fields: [Field("value", \.value, .number(.any), required: true, "The number.")]),
        make: { constant, _ in constant }, settings: { $0 as? Constant }),
      plain("glorot_uniform", "Even draws from ±√(6 / (fan in + fan out)).", GlorotUniform()),
      plain(
        "glorot_normal", "Normal draws of variance 2 / (fan in + fan out), cut off at 2σ.",
        GlorotNormal()),
      plain("he_uniform", "Even draws from ±√(6 / fan in).", HeUniform()),
      plain("he_normal", "Normal draws of variance 2 / fan in, cut off at 2σ.", HeNormal()),
      plain("lecun_uniform", "Even draws from ±√(3 / fan in).", LeCunUniform()),
      plain("lecun_normal", "Normal draws of variance 1 / fan in, cut off at 2σ.", LeCunNormal()),
      Method(
        ["variance_scaling"], "Draws of variance scale / fan.",
        Section(
          VarianceScaling(),
          fields: [
            Field("scale", \.scale, .number(.positive), "The variance times the fan."),
            Field("mode", \.mode, .name, "The fan: of inputs, of outputs, or their mean."),
            Field(
              "distribution", \.distribution, .name,
              "Even draws, normal ones, or normal ones cut off at 2σ, all of the same variance."),
          ]),
        make: { settings, _ in settings }, settings: { $0 as? VarianceScaling }),
      Method(
        ["orthogonal"], "A random matrix with orthonormal rows or columns, times a gain.",
        Section(
          Orthogonal(), fields: [Field("gain", \.gain, .number(.any), "The factor.")]),
        make: { settings, _ in settings }, settings: { $0 as? Orthogonal }),
      Method(
        ["identity"], "The identity matrix times a gain; for weights of dense layers.",
        Section(
          Identity(), fields: [Field("gain", \.gain, .number(.any), "The factor.")]),
        make: { settings, _ in settings }, settings: { $0 as? Identity }),
      Method(
        ["random_normal"], "Normal draws.",
        Section(NormalSettings(), fields: NormalSettings.fields),
        make: { settings, _ in
          RandomNormal(mean: settings.mean, standardDeviation: settings.standardDeviation)
        },
        settings: { initializer in
          (initializer as? RandomNormal).map {
            NormalSettings(mean: $0.mean, standardDeviation: $0.standardDeviation)
          }
        }),
      Method(
        ["truncated_normal"], "Normal draws cut off at two standard deviations.",
        Section(NormalSettings(), fields: NormalSettings.fields),
        make: { settings, _ in
          TruncatedNormal(mean: settings.mean, standardDeviation: settings.standardDeviation)
        },
        settings: { initializer in
          (initializer as? TruncatedNormal).map {
            NormalSettings(mean: $0.mean, standardDeviation: $0.standardDeviation)
          }
        }),
      Method(
        ["random_uniform"], "Even draws.", UniformSettings.section,
        make: { settings, _ in
          RandomUniform(minimum: settings.minimum, maximum: settings.maximum)
        },
        settings: { initializer in
          (initializer as? RandomUniform).map {
            UniformSettings(minimum: $0.minimum, maximum: $0.maximum)
          }
        }),
    ])

  /// A row for an initializer without settings.
  private static func plain<Body: Initializer>(_ name: String, _ doc: String, _ initial: Body)
    -> Method<any Initializer>
  {
    Method(
      [name], doc, Section(initial, fields: []), make: { settings, _ in settings },
      settings: { $0 as? Body })
  }

  /// The settings of normal draws.
  private struct NormalSettings: Sendable {
    var mean: Float = 0
    var standardDeviation: Float = 0.05

    static let fields: [Field<NormalSettings>] = [
      Field("mean", \.mean, .number(.any), "The mean."),
      Field("stddev", \.standardDeviation, .number(.nonNegative), "The standard deviation."),
    ]
  }

  /// The settings of even draws.
  private struct UniformSettings: Sendable {
    var minimum: Float = -0.05
    var maximum: Float = 0.05

    static let section = Section(
      UniformSettings(),
      fields: [
        Field("min", \.minimum, .number(.any), "The lower end."),
        Field("max", \.maximum, .number(.any), "The upper end, never reached."),
      ],
      finish: { (settings, node, place) throws(ConfigurationError) in
        let (low, high) = (settings.minimum, settings.maximum)
        guard low < high, (high - low).isFinite else {
          throw ConfigurationError(
            at: node.position,
            "\(place.text) draws from \(low) to \(high); min must be below max")
        }
      })
  }
}
