/// What random numbers are drawn for; different purposes of one seed never share a stream.
///
/// The numbers are part of what a seed means: new purposes get new numbers, old ones keep theirs.
public enum RandomPurpose: UInt32, CaseIterable, Sendable {
  /// The order of the samples in an epoch.
  case order = 1
  /// The first values of the parameters.
  case initialization = 2
  /// Which units a dropout layer silences.
  case dropout = 3
  /// How samples are varied.
  case augmentation = 4
  /// Which samples validate and test.
  case split = 5
  /// Data that are made up.
  case synthetic = 6
  /// Samples that a trained model draws.
  case sampling = 7
  /// Which samples a bootstrap draws.
  case bootstrap = 15
}
