import Layers
import Tensors

extension Registry {
  /// The ways to draw first values; formulas are those of Keras 3.
  static let initializers = Choice<any Initializer>(
    noun: "initializer",
    methods: [
      initializer(["glorot_uniform"], "Uniform in ±√(6 / (in + out)).", GlorotUniform()),
      initializer(["zeros"], "0 everywhere.", Zeros()),
      initializer(["he_normal"], "0 everywhere.", HeNormal()),
    ],
    unavailable: ["orthogonal", "identity"])

  private static func initializer<Body: Initializer>(
    _ names: [String], _ doc: String, _ initial: Body, shorthand: String? = nil,
    _ fields: [Field<Body>] = []
  ) -> Method<any Initializer> {
    Method(
      names, doc, Section(initial, shorthand: shorthand, fields: fields),
      make: { settings, _ in settings }, settings: { $0 as? Body })
  }
}
