/// How large the true gradient of a minibatch, penalties included, may be before the optimizer
/// sees it.
///
/// A step of a sensible length survives a cliff of the objective: Goodfellow, Bengio and Courville,
/// "Deep Learning", 2016, section 10.11.1.
public enum GradientClipping: Hashable, Sendable {
  /// As large as it is.
  case none
  /// Each element within ±v; Keras's `clipvalue`, PyTorch's `clip_grad_value_`.
  case value(Float)
  /// The L2 norm of each parameter's gradient at most v; Keras's `clipnorm`.
  case norm(Float)
  /// The L2 norm of all gradients together at most v; Keras's `global_clipnorm`, PyTorch's
  /// `clip_grad_norm_`.
  case globalNorm(Float)
}
