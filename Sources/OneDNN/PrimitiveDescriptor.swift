import COneDNN

/// A part that a memory plays in a primitive.
public enum Argument: Int32, Sendable {
  /// Input.
  case source = 1
  /// Result.
  case destination = 17
  /// Weights.
  case weights = 33
  /// Bias.
  case bias = 41
  /// Mean of a normalization.
  case mean = 49
  /// Variance of a normalization.
  case variance = 50
  /// γ of a normalization.
  case scale = 51
  /// β of a normalization.
  case shift = 52
  /// What the forward pass leaves for the backward pass.
  case workspace = 64
  /// Memory used during execution only.
  case scratchpad = 80
  /// Gradient by the input.
  case sourceGradient = 129
  /// Gradient by the result.
  case destinationGradient = 145
  /// Gradient by the weights.
  case weightsGradient = 161
  /// Gradient by the bias.
  case biasGradient = 169
  /// Gradient by γ.
  case scaleGradient = 255
  /// Gradient by β.
  case shiftGradient = 256
}

/// The implementation that oneDNN chose for an operation, and the layouts it wants.
public final class PrimitiveDescriptor {
  let raw: dnnl_primitive_desc_t
  let engine: Engine
  /// What may be bound to the primitive although this version of oneDNN refuses it.
  let refused: [Argument]

  /// The implementation that oneDNN chooses for an operation; throws where it has none.
  ///
  /// - Parameters:
  ///   - name: the operation, for errors.
  ///   - layouts: every memory descriptor that `make` reads.
  ///   - hint: the forward pass of a backward one.
  ///   - refused: arguments that are left out where they are bound.
  ///   - make: the call of oneDNN, given the place of the result and the attributes.
  ///
  /// Scratchpads are the caller's, so that executing allocates no memory for them.
  init(
    _ name: String, engine: Engine, layouts: [MemoryDescriptor?],
    postOperation: PostOperation? = nil, hint: PrimitiveDescriptor? = nil,
    refused: [Argument] = [],
    _ make: (UnsafeMutablePointer<dnnl_primitive_desc_t?>, dnnl_primitive_attr_t?) -> dnnl_status_t
  ) throws(OneDNNError) {
    var attributes: dnnl_primitive_attr_t?
    try check(dnnl_primitive_attr_create(&attributes), "dnnl_primitive_attr_create")
    defer { dnnl_primitive_attr_destroy(attributes) }
    try check(
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
      "dnnl_primitive_attr_set_scratchpad_mode")
    var operations: dnnl_post_ops_t?
    defer { if let operations { dnnl_post_ops_destroy(operations) } }
    if let postOperation {
      try check(dnnl_post_ops_create(&operations), "dnnl_post_ops_create")
      try check(
        nn_dnnl_append_eltwise(
          operations, postOperation.algorithm.raw, postOperation.alpha, postOperation.beta),
        "dnnl_post_ops_append_eltwise")
      try check(
        dnnl_primitive_attr_set_post_ops(attributes, operations),
        "dnnl_primitive_attr_set_post_ops")
    }
    var descriptor: dnnl_primitive_desc_t?
    let status = withExtendedLifetime((layouts, hint)) { make(&descriptor, attributes) }
    try check(status, name)
    guard let descriptor else { throw OneDNNError(operation: name, status: 1) }
    raw = descriptor
    self.engine = engine
    self.refused = refused
  }

  deinit { dnnl_primitive_desc_destroy(raw) }

  /// The layout in which the primitive takes or leaves `argument`; nil where it has none, and for what
  /// a normalization holds by channel, which is always plain.
  public func layout(_ argument: Argument) -> MemoryDescriptor? {
    let query: (dnnl_query_t, Int32) =
      switch argument {
      case .source: (dnnl_query_src_md, 0)
      case .destination: (dnnl_query_dst_md, 0)
      case .weights: (dnnl_query_weights_md, 0)
      case .bias: (dnnl_query_weights_md, 1)
      case .workspace: (dnnl_query_workspace_md, 0)
      case .scratchpad: (dnnl_query_scratchpad_md, 0)
      case .sourceGradient: (dnnl_query_diff_src_md, 0)
      case .destinationGradient: (dnnl_query_diff_dst_md, 0)
      case .weightsGradient: (dnnl_query_diff_weights_md, 0)
      case .biasGradient: (dnnl_query_diff_weights_md, 1)
      case .mean, .variance, .scale, .shift, .scaleGradient, .shiftGradient:
        (dnnl_query_undef, 0)
      }
    if query.0 == dnnl_query_undef { return nil }
    let layout = try? MemoryDescriptor("a memory descriptor of \(argument)") {
      nn_dnnl_layout_of($0, raw, query.0, query.1)
    }
    return layout?.storedCount == 0 ? nil : layout
  }

  /// The layout of an argument that the primitive is known to have.
  public func requiredLayout(_ argument: Argument) throws(OneDNNError) -> MemoryDescriptor {
    guard let layout = layout(argument) else {
      throw OneDNNError(invalid: "the layout of \(argument) in \(implementation)")
    }
    return layout
  }

  /// The floats of scratchpad that one execution takes.
  public var scratchCount: Int { layout(.scratchpad)?.storedCount ?? 0 }

  /// The name of the implementation, such as `jit:avx2`.
  public var implementation: String {
    var text: UnsafePointer<CChar>?
    guard
      dnnl_primitive_desc_query(raw, dnnl_query_impl_info_str, 0, &text) == dnnl_success,
      let text
    else { return "unknown" }
    return String(cString: text)
  }

  /// Whether the implementation is the slow reference.
  public var isReference: Bool { implementation.hasPrefix("ref") }
}
