import Datasets

extension Registry {
  /// How training samples can be changed at random; names and settings are Keras's where it has the layer.
  static let augmentations = Choice<any Augmentation>(
    noun: "augmentation", methods: geometricAugmentations + valueAugmentations)

  /// The name of `augmentation`.
  static func name(of augmentation: any Augmentation) -> String {
    let node = augmentations.encode(augmentation)
    return node.text ?? node.entries?.first?.key ?? "augmentation"
  }

  private static let geometricAugmentations: [Method<any Augmentation>] = [
    augmentation(
      ["random_flip"], "Mirrors half of the images.", RandomFlip(), shorthand: "mode",
      [
        Field(
          "mode", \.mode, .name,
          "`horizontal` lets left and right change places, `vertical` top and bottom.")
      ]),
    augmentation(
      ["random_translation"], "Moves images, by fractions of pixels too.", RandomTranslation(),
      [
        Field(
          "height_factor", \.height, .factor(signed),
          "By what part of the height; positive is down."),
        Field(
          "width_factor", \.width, .factor(signed),
          "By what part of the width; positive is to the right."),
      ] + sampling(),
      finish: { (move, node, place) throws(ConfigurationError) in
        try require(
          move.height != 0...0 || move.width != 0...0, node,
          "\(place.text) moves nothing; give height_factor or width_factor")
      }),
    augmentation(
      ["random_rotation"], "Turns images about their centre.", RandomRotation(0...0),
      shorthand: "factor",
      [
        Field(
          "factor", \.factor, .factor(signed), required: true,
          "By what part of a full turn; positive is against the clock.")
      ] + sampling()),
    augmentation(
      ["random_zoom"], "Makes what images show smaller or larger about their centre.",
      RandomZoom(height: 0...0), shorthand: "height_factor",
      [
        Field(
          "height_factor", \.height, .factor(zoom), required: true,
          "How much more of the height is shown: positive zooms out, negative in."),
        Field(
          "width_factor", \.width, ValueCodec.factor(zoom).optional,
          default: "as the height, which keeps shapes", "The same of the width."),
      ] + sampling()),
    augmentation(
      ["random_shear"], "Slants images about their centre.", RandomShear(),
      [
        Field(
          "x_factor", \.x, .factor(signed), "By how many pixels a row moves against the next."),
        Field(
          "y_factor", \.y, .factor(signed), "By how many pixels a column moves against the next."),
      ] + sampling(),
      finish: { (shear, node, place) throws(ConfigurationError) in
        try require(
          shear.x != 0...0 || shear.y != 0...0, node,
          "\(place.text) slants nothing; give x_factor or y_factor")
      }),
    augmentation(
      ["random_crop"],
      "Puts a border around images and cuts a window out of them, by default of their own size.",
      RandomCrop(), shorthand: "padding",
      [
        Field(
          "padding", \.padding, .integer(atLeast: 0, atMost: Bound.window),
          "The pixels around the image."),
        Field(
          "height", \.height, ValueCodec.integer(atLeast: 1, atMost: Bound.window).optional,
          default: "the image's",
          "The height of the window; a smaller one is brought to the size of the image."),
        Field(
          "width", \.width, ValueCodec.integer(atLeast: 1, atMost: Bound.window).optional,
          default: "the image's",
          "The width of the window."),
      ] + sampling()),
  ]

  private static let valueAugmentations: [Method<any Augmentation>] = [
    augmentation(
      ["random_brightness"], "Makes images brighter or darker.", RandomBrightness(0...0),
      shorthand: "factor",
      [
        Field(
          "factor", \.factor, .factor(signed), required: true,
          "By what part of the range of the values."), range(\.valueRange),
      ]),
    augmentation(
      ["random_contrast"], "Spreads or narrows the values of each channel about their mean.",
      ContrastSettings(), shorthand: "factor",
      [
        Field(
          "factor", \.factor, .bounds, required: true,
          "How far the factor may lie from 1: so far at most, or [below, above]."),
        range(\.valueRange),
      ],
      make: {
        RandomContrast(lower: $0.factor.below, upper: $0.factor.above, valueRange: $0.valueRange)
      },
      settings: { (augmentation: any Augmentation) in
        (augmentation as? RandomContrast).map {
          ContrastSettings(
            factor: Bounds(below: $0.lower, above: $0.upper), valueRange: $0.valueRange)
        }
      }),
    augmentation(
      ["random_saturation"], "Makes the colors of images paler or stronger.",
      RandomSaturation(0...0), shorthand: "factor",
      [
        Field(
          "factor", \.factor, .factor(.unit, isSymmetric: false), required: true,
          "u of the factor u/(1 − u): 0 leaves gray, 0.5 changes nothing. One number is 0 to it."),
        range(\.valueRange),
      ]),
    augmentation(
      ["random_hue"], "Turns the colors of images on the color wheel.", RandomHue(0...0),
      shorthand: "factor",
      [
        Field(
          "factor", \.factor, .factor(.unit, isSymmetric: false), required: true,
          "By how many half turns, either way. One number is 0 to it."), range(\.valueRange),
      ]),
    augmentation(
      ["gaussian_noise"], "Adds a normal draw to every input, before preprocessing.",
      AddedNoise(standardDeviation: 0), shorthand: "stddev",
      [
        Field(
          "stddev", \.standardDeviation, .number(.nonNegative), required: true,
          "The standard deviation, in the units of the data.")
      ]),
    augmentation(
      ["random_erasing", "cutout"], "Erases a rectangle of images.", RandomErasing(),
      shorthand: "factor",
      [
        Field("factor", \.rate, .number(.unit), "The part of the images that lose a rectangle."),
        Field(
          "scale", \.scale, .factor(share, isSymmetric: false),
          "The range of the squares of its height and width as parts of the image's."),
        Field(
          "fill_value", \.fillValue, ValueCodec.number(.any).optional,
          default: "random numbers", "What fills it."), range(\.valueRange),
      ]),
    augmentation(
      ["mix_up", "mixup"], "Mixes each sample with another one, inputs and targets alike.", MixUp(),
      shorthand: "alpha",
      [
        Field(
          "alpha", \.alpha, .number(NumberRange(lower: 0, upper: 100, includesLower: false)),
          "α of the beta distribution of the share: the smaller, the less is mixed."),
        Field(
          "within_class", \.isWithinClass, .truth,
          "Whether only samples of one class are mixed, which leaves targets as they are."),
      ]),
  ]

  /// How far the factor of a contrast may lie below and above 1.
  struct Bounds: Hashable, Sendable {
    var below: Float = 0
    var above: Float = 0
  }

  private struct ContrastSettings: Sendable {
    var factor = Bounds()
    var valueRange: ClosedRange<Float>?
  }

  private static let signed = NumberRange(lower: -1, upper: 1)
  private static let share = NumberRange(lower: 0, upper: 1, includesLower: false)
  private static let zoom = NumberRange(lower: -1, upper: 10, includesLower: false)

  private static func range<Whole>(
    _ path: WritableKeyPath<Whole, ClosedRange<Float>?> & Sendable
  ) -> Field<Whole> {
    Field(
      "value_range", path, ValueCodec.valueRange.optional, default: "that of the training part",
      "[low, high] of the inputs before preprocessing, within which values stay.")
  }

  private static func sampling<Whole: ResamplingAugmentation>() -> [Field<Whole>] {
    [
      Field(
        "fill_mode", \.borders.fillMode, .name,
        "What lies beyond the image: one value, its nearest pixel, its mirror image, or the image again."
      ),
      Field(
        "fill_value", \.borders.fillValue, .number(.any),
        "The value beyond the image with `constant`, before preprocessing."),
      Field(
        "interpolation", \.borders.interpolation, .name,
        "What lies between pixels."),
    ]
  }

  private static func require(
    _ condition: Bool, _ node: ConfigurationNode, _ message: String
  ) throws(ConfigurationError) {
    guard condition else { throw ConfigurationError(at: node.position, message) }
  }

  private static func augmentation<Kind: Augmentation>(
    _ names: [String], _ doc: String, _ initial: Kind, shorthand: String? = nil,
    _ fields: [Field<Kind>], finish: @escaping Section<Kind>.Finish = { _, _, _ in }
  ) -> Method<any Augmentation> {
    Method(
      names, doc, Section(initial, shorthand: shorthand, fields: fields, finish: finish),
      make: { settings, _ in settings }, settings: { $0 as? Kind })
  }

  private static func augmentation<Settings: Sendable>(
    _ names: [String], _ doc: String, _ initial: Settings, shorthand: String?,
    _ fields: [Field<Settings>], make: @escaping @Sendable (Settings) -> any Augmentation,
    settings: @escaping @Sendable (any Augmentation) -> Settings?
  ) -> Method<any Augmentation> {
    Method(
      names, doc, Section(initial, shorthand: shorthand, fields: fields),
      make: { values, _ in make(values) }, settings: settings)
  }
}
