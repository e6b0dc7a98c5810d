import Optimizers
import Tensors

/// Times one fused step of every optimizer, or of the one named, on so many parameters (default 25
/// million), one thread, beside a triad a ← b + s·c on arrays of the same size.
///
/// Prints one line per rule: milliseconds of the best of the repetitions, the bytes that the step must
/// move (every array read or written once), the rate in GB/s, and its share of the triad's.
@main struct Main {
  static func main() {
    let arguments = CommandLine.arguments
    let words = arguments.dropFirst().compactMap { Int($0) }
    let count = words.first ?? 25_000_000
    let repetitions = words.dropFirst().first ?? 10
    let only = arguments.count > 3 ? arguments[3] : nil
    let arrays = (0..<3).map { _ in FloatStorage(count: count) }
    let clock = ContinuousClock()

    var limit = 0.0
    func report(_ name: String, bytes: Int, _ body: () -> Void) {
      body()
      var best = Duration.seconds(1e9)
      for _ in 0..<repetitions { best = min(best, clock.measure(body)) }
      let seconds = Double(best.components.attoseconds) * 1e-18 + Double(best.components.seconds)
      let rate = Double(bytes) / seconds / 1e9
      // The triad comes first: what the machine can move.
      if limit == 0 { limit = rate }
      print(name, seconds * 1e3, bytes, rate, 100 * rate / limit, separator: "\t")
    }

    print("rule", "ms", "bytes", "GB/s", "% of the triad", separator: "\t")
    report("triad", bytes: 12 * count) {
      let (a, b, c) = (arrays[0], arrays[1], arrays[2])
      var sums = a.mutableSpan
      triad(&sums, b.span, c.span)
    }
    for (name, rule) in rules where only == nil || only == name {
      let (weights, gradient) = (arrays[0], arrays[1])
      let slots = FloatStorage(count: count * rule.slotNames.count)
      var values = weights.mutableSpan
      fillNormal(&values, mean: 0, standardDeviation: 0.05, key: RandomKey(low: 1, high: 1))
      var derivative = gradient.mutableSpan
      fillNormal(&derivative, mean: 0, standardDeviation: 0.01, key: RandomKey(low: 2, high: 2))
      var step = 0
      // Weights and slots are read and written, the gradient is read; norms read w and d again, and
      // d is written over the gradient.
      let planes = 3 + 2 * rule.slotNames.count + (rule.usesNorms ? 5 : 0)
      report(name, bytes: 4 * count * planes) {
        step += 1
        var values = weights.mutableSpan
        var memory = slots.mutableSpan
        rule.enterLookAhead(&values, slots: &memory)
        var settings = UpdateStep(rate: 1e-4, step: step, gradientScale: 0.5)
        if rule.usesNorms {
          var direction = gradient.mutableSpan
          rule.direct(&direction, weights: values.span, slots: &memory, settings)
          settings.norms = ParameterNorms(
            weights: squaredNorm(values.span).squareRoot(),
            direction: squaredNorm(gradient.span).squareRoot())
        }
        rule.update(&values, gradient: gradient.span, slots: &memory, settings)
      }
    }
  }

  /// Every rule, in the forms that run different loops.
  static var rules: [(String, any Optimizer)] {
    var rmsprop = RMSProp()
    rmsprop.momentum = 0.9
    var ahead = rmsprop
    (ahead.nesterov, ahead.epsilon) = (true, 0)
    var centered = rmsprop
    centered.centered = true
    var amsgrad = Adam()
    amsgrad.amsgrad = true
    return [
      ("sgd", SGD()), ("momentum", Momentum()), ("nesterov", Nesterov()),
      ("nesterov pytorch", Nesterov(.pytorch)), ("adagrad", AdaGrad()), ("adadelta", AdaDelta()),
      ("rmsprop", RMSProp()), ("rmsprop momentum", rmsprop), ("rmsprop nesterov", ahead),
      ("rmsprop centered", centered), ("adam", Adam()), ("adam amsgrad", amsgrad),
      ("adamw", AdamW()), ("adamax", AdaMax()), ("nadam", Nadam()), ("radam", RAdam()),
      ("lion", Lion()),
      ("lars", LARS()), ("lamb", LAMB()),
    ]
  }

  /// a ← b + s·c, in blocks that the compiler cannot move out of the loop.
  @inline(never)
  static func triad(_ a: inout MutableSpan<Float>, _ b: Span<Float>, _ c: Span<Float>) {
    let n = a.count
    precondition(b.count == n && c.count == n)
    for i in 0..<n { a[i] = b[i] + 0.5 * c[i] }
  }
}
