/// The form in which an objective reads its targets, and a batch holds them.
public enum TargetForm: String, Sendable {
  /// Numbers: as many per sample as the data set has.
  case values
  /// One row per sample, 1 at the class and 0 elsewhere.
  case oneHot
  /// The number of the class, one per sample.
  case classIndex
  /// −1 for no and 1 for yes: as many per sample as there are outputs.
  case signs
}
