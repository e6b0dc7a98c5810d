import OneDNN

/// The last activation of a network whose objective reads logits, applied to the output afterwards,
/// in place, when somebody wants to see probabilities.
public final class OutputActivation {
  private let function: PreparedActivation

  /// The floats of scratch that it takes.
  public var scratch: Int { function.scratch }

  /// Compiles `activation` for an output of `layout`.
  public init(
    _ activation: Activation, layout: MemoryDescriptor, site: LayerSite
  ) throws(OneDNNError) {
    var inference = site
    inference.isTraining = false
    function = try PreparedActivation(activation, layout: layout, isFused: false, site: inference)
  }

  /// Takes the place of the output.
  public func bind(
    output: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    function.bind(input: output, output: output, gradient: nil, scratch: scratch)
  }

  /// Turns logits into probabilities.
  public func apply() { function.forward() }
}
