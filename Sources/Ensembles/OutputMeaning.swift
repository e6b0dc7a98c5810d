/// What the outputs of a network are.
public enum OutputMeaning: Hashable, Sendable {
  /// Probabilities of the classes, which add up to 1: the outputs of a softmax.
  case distribution
  /// Probabilities of a yes, one by one: the outputs of a sigmoid.
  case answers
  /// Numbers of which the largest tells the class.
  case scores
  /// Predicted numbers.
  case values
}
