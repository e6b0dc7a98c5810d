import Datasets
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How one output is compared with its target.
public struct AnswerJudge: Sendable {
  private let meaning: OutputMeaning
  private let form: TargetForm
  /// The numbers of a sample's output.
  public let width: Int

  /// A judge of `width` outputs of the given meaning, with targets of the given form.
  public init(_ meaning: OutputMeaning, _ form: TargetForm, width: Int) {
    self.meaning = meaning
    self.form = form
    self.width = width
  }

  /// The number of classes among which one is chosen.
  public var classes: Int { max(2, width) }

  /// The target as `width` numbers that outputs should come near to: of classes 1 for the true one.
  public func wanted(_ target: Span<Float>) -> [Float] {
    if form == .classIndex, width > 1 {
      return (0..<width).map { $0 == Int(target[0]) ? 1 : 0 }
    }
    return (0..<width).map { target[$0] }
  }

  /// Whether the output answers what the target says; of several questions, whether all are right.
  public func isRight(_ output: Span<Float>, _ target: Span<Float>) -> Bool {
    let line: Float = meaning == .answers ? 0.5 : 0
    let targetLine: Float = form == .signs ? 0 : 0.5
    if width == 1 || meaning == .answers, form != .classIndex || width == 1 {
      return (0..<width).allSatisfy { (output[$0] > line) == (target[$0] > targetLine) }
    }
    return argMax(output) == (form == .classIndex ? Int(target[0]) : argMax(target))
  }

  /// The distance of the output from the target, ‖y − t‖.
  public func distance(_ output: Span<Float>, _ target: Span<Float>) -> Double {
    let wanted = wanted(target)
    var squares = 0.0
    for j in 0..<width {
      let difference = Double(output[j]) - Double(wanted[j])
      squares += difference * difference
    }
    return squares.squareRoot()
  }

  /// Σₖ yₖ ln pₖ with yₖ 1 for the true class and −1/(K − 1) for the others; probabilities below the
  /// resolution of single precision count as that.
  public func codedLogarithm(_ output: Span<Float>, _ target: Span<Float>) -> Double {
    let probabilities = width == 1 ? [1 - output[0], output[0]] : (0..<width).map { output[$0] }
    let truth =
      width == 1
      ? (target[0] > (form == .signs ? 0 : 0.5) ? 1 : 0)
      : form == .classIndex ? Int(target[0]) : argMax(target)
    var total = 0.0
    for (k, probability) in probabilities.enumerated() {
      let logarithm = log(Double(max(probability, .ulpOfOne)))
      total += k == truth ? logarithm : -logarithm / Double(probabilities.count - 1)
    }
    return total
  }
}
