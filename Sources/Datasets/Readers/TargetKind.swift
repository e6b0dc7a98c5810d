/// How the targets of a source are to be understood.
public enum TargetKind: String, Hashable, Sendable, Codable {
  /// By what is there: texts, and whole numbers in IDX, NPY and NPZ, are classes; numbers in a CSV
  /// file and fractions are values.
  case automatic
  /// One class per sample.
  case classes
  /// One class per sample where there is one number or text for each, else rows of numbers.
  case classesOrRows
  /// Numbers to be predicted.
  case values
}
