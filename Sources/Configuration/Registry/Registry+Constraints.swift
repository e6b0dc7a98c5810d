import Layers
import Tensors

extension Registry {
  /// Where weights may be made to lie; names are those of Keras 3.
  static let constraints = Choice<any Constraint>(
    noun: "constraint",
    methods: [
      Method(
        ["max_norm"], "The weights of a unit are at most so long.",
        Section(
          MaxNorm(), shorthand: "max",
          fields: [Field("max", \.maximum, .number(.positive), "The largest length.")]),
        make: { settings, _ in settings }, settings: { $0 as? MaxNorm }),
      Method(
        ["min_max_norm"], "The weights of a unit have a length within bounds.",
        Section(
          MinMaxNorm(),
          fields: [
            Field("min", \.minimum, .number(.nonNegative), "The smallest length."),
            Field("max", \.maximum, .number(.positive), "The largest length."),
            Field(
              "rate", \.rate, .number(.unit),
              "How far a vector outside is moved towards the bound; 1 is all the way."),
          ],
          finish: { (settings, node, place) throws(ConfigurationError) in
            guard settings.minimum <= settings.maximum else {
              throw ConfigurationError(
                at: node.position,
                "\(place.text) allows lengths from \(settings.minimum) to \(settings.maximum); min"
                  + " must not exceed max")
            }
          }),
        make: { settings, _ in settings }, settings: { $0 as? MinMaxNorm }),
      Method(
        ["unit_norm"], "The weights of a unit have length 1.", Section(UnitNorm(), fields: []),
        make: { settings, _ in settings }, settings: { $0 as? UnitNorm }),
      Method(
        ["non_neg"], "No weight is negative.", Section(NonNegative(), fields: []),
        make: { settings, _ in settings }, settings: { $0 as? NonNegative }),
    ])
}
