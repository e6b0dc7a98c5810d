import Optimizers

/// How large a gradient may be.
struct ClipSettings: Sendable {
  var value: Float?
  var norm: Float?
  var globalNorm: Float?

  init() {}

  init(_ clipping: GradientClipping) {
    switch clipping {
    case .none: break
    case .value(let limit): value = limit
    case .norm(let limit): norm = limit
    case .globalNorm(let limit): globalNorm = limit
    }
  }

  /// What the settings say; of several the first.
  var clipping: GradientClipping {
    if let value { return .value(value) }
    if let norm { return .norm(norm) }
    return globalNorm.map { .globalNorm($0) } ?? .none
  }

  static let section = Section(
    ClipSettings(),
    fields: [
      Field(
        "value", \.value, ValueCodec.number(.positive).optional,
        "Each element of the gradient lies within ± this."),
      Field(
        "norm", \.norm, ValueCodec.number(.positive).optional,
        "The L2 norm of each parameter's gradient is at most this."),
      Field(
        "global_norm", \.globalNorm, ValueCodec.number(.positive).optional,
        "The L2 norm of all gradients together is at most this."),
    ],
    finish: { (clip, node, place) throws(ConfigurationError) in
      let given = ["value", "norm", "global_norm"].filter { node[$0] != nil }
      guard given.count > 1 else { return }
      throw ConfigurationError(
        at: node[given[1]]?.position ?? node.position,
        "\(place.child(given[0]).text) and \(place.child(given[1]).text) exclude each other; keep"
          + " one of them")
    })
}

extension ValueCodec<GradientClipping> {
  /// A limit of one of three kinds, or none.
  static var clipping: ValueCodec {
    let section = ClipSettings.section.codec
    return ValueCodec(
      grammar: section.grammar,
      decode: { (node, place) throws(ConfigurationError) in
        try section.decode(node, place).clipping
      },
      encode: { section.encode(ClipSettings($0)) })
  }
}
