/// One step of what is done to inputs before the network sees them.
public enum PreprocessingStep: Hashable, Sendable {
  case divide(Float)
  case standardize
  case minMax
  case oneHot
}
