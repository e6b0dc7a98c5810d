/// The largest integers of a configuration, by what they count.
///
/// Products that sizes are computed from stay below 2⁶³: the weights of a kernel are channels (2³¹ at
/// most) times two windows; the steps of a run are epochs times the steps of an epoch.
enum Bound {
  /// Units, filters, ids and extents of shapes: 2²⁴, up to which every integer is exact in single
  /// precision.
  static let extent = 1 << 24
  /// Kernels, strides, dilations, paddings and pooling windows: 2¹⁵.
  static let window = 1 << 15
  /// Samples and records.
  static let samples = 1_000_000_000
  /// Epochs, steps and what is counted in them.
  static let steps = 1_000_000_000
  /// Classes of synthetic data: 2²⁰.
  static let classes = 1 << 20
  /// Networks of an ensemble, copies of layers, and layers of a network.
  static let copies = 10_000
  /// Residual blocks of a stage.
  static let blocks = 1_000
  /// Shards of a minibatch: 2¹⁶.
  static let shards = 1 << 16
  /// Threads of a rank.
  static let threads = 1_024
  /// Thresholds of an area under a curve: 2¹⁶.
  static let thresholds = 1 << 16
  /// Chains and temperatures of annealed importance sampling.
  static let chains = 1_000_000
  /// Indices of columns, from both ends of a table.
  static let column = 1_000_000
  /// Seconds: ten years.
  static let seconds = 315_360_000
  /// Seeds.
  static let seed = UInt64.max
}
