import Training

/// What is measured beside the training.
public struct DiagnosticsConfiguration: Hashable, Sendable {
  /// When the layers are looked at; nil for never.
  public var gradientFlow: GradientFlowInterval?

  /// The default: nothing.
  public init() {}

  static let section = Section(
    DiagnosticsConfiguration(),
    fields: [
      Field(
        "gradient_flow", \.gradientFlow, .gradientFlow,
        "How often activations, gradients and updates are measured layer by layer: in the last step "
          + "of every so many epochs, or in every so many steps, such as `50 steps`, and always in "
          + "the first one; `never` measures nothing.")
    ])
}

extension ValueCodec<GradientFlowInterval?> {
  static var gradientFlow: ValueCodec {
    let pattern = #"^[0-9]+ epochs?$|^[0-9]+ steps?$"#
    return .scalar(
      "a number of epochs from 1 to \(Bound.steps), or a text such as 50 steps or never",
      schema: .alternatives([
        .integer(atLeast: 1, atMost: Bound.steps),
        .object([("type", .string("string")), ("pattern", .string(pattern))]),
        .names(["never"]),
      ]),
      read: { node in
        if node.text == "never" { return .some(nil) }
        switch node.text.flatMap(RunLength.init) {
        case .epochs(let count)?: return .some(.epochs(count))
        case .steps(let count)?: return .some(.steps(count))
        case .minutes?, .unlimited?, nil: return .none
        }
      },
      encode: { interval in
        switch interval {
        case nil: .plain("never")
        case .epochs(let count)?: .plain("\(count)")
        case .steps(let count)?: .plain("\(count) steps")
        }
      })
  }
}
