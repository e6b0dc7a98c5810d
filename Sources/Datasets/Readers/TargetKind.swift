/// How the targets of a source are to be understood.
public enum TargetKind: String, Hashable, Sendable, Codable {
  /// By what is there: texts, and whole numbers from 0 on in IDX, NPY and NPZ, are classes; numbers in a CSV
  /// file, fractions, and whole numbers below 0 are values.
  case automatic
  /// One class per sample.
  case classes
  /// One class per sample where there is one number or text for each, else rows of numbers.
  case classesOrRows
  /// The same for yes and no: of arrays, one number per sample may also be −1 for no and 1 for yes, or a
  /// probability.
  case answers
  /// Numbers to be predicted.
  case values
}
