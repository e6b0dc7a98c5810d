/// How outputs are read as answers.
public enum Answers: Sendable {
  /// The largest output is the answer; of equal outputs the first.
  case categorical
  /// Each output is an answer: yes above ½.
  case binary
  /// Each output is an answer: yes above 0.
  case sign

  /// Above which output the answer is yes.
  var threshold: Float { self == .sign ? 0 : 0.5 }
}
