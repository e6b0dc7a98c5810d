import Optimizers

/// What every optimizer must do, whatever its rule; each check answers with a line where it fails.
public struct OptimizerChecker {
  private let make: () -> any Optimizer
  private let rate: Float

  /// A checker of the rule that `make` makes anew for each check, at a learning rate that suits it.
  public init(rate: Float, _ make: @escaping () -> any Optimizer) {
    self.rate = rate
    self.make = make
  }

  /// The lines of all checks that fail; empty for a right conformer.
  public func failures() -> [String] {
    [
      convergence(), splitting(), rest(), scaling(), penalties(), lookAhead(), abandonedSteps(),
      resumption(),
    ].compactMap { $0 }
  }

  private let start: [Float] = [1.5, -2, 0.25, -0.75, 3, 0, 0.125, -1]

  /// The gradient of a bowl with its bottom at (½, …, ½), steeper along some axes than others.
  private func bowl(_ w: [Float]) -> [Float] {
    w.enumerated().map { ($1 - 0.5) * (0.5 + 0.25 * Float($0)) }
  }

  private func run(_ weights: [Float]? = nil) -> OptimizerRun {
    OptimizerRun(make(), from: weights ?? start)
  }

  private func convergence() -> String? {
    var run = run()
    for _ in 0..<2000 { run.advance(rate: rate, gradient: bowl) }
    let farthest = run.weights.map { abs($0 - 0.5) }.max() ?? .nan
    return farthest < 0.01 ? nil : "convergence: 2000 steps end \(farthest) from the bottom"
  }

  private func splitting() -> String? {
    // Such a rule sees a parameter as a whole.
    if make().usesNorms { return nil }
    for cut in [1, 3, 5] {
      var whole = run()
      var parts = [run(Array(start[..<cut])), run(Array(start[cut...]))]
      for step in 0..<5 {
        let g = (0..<start.count).map { Float($0 + step) * 0.3 - 1 }
        let settings = (scale: Float(0.3), l1: Float(0.01), l2: Float(0.02))
        let slices = [Array(g[..<cut]), Array(g[cut...])]
        whole.advance(rate: rate, scale: settings.scale, l1: settings.l1, l2: settings.l2) { _ in g
        }
        for part in 0..<2 {
          parts[part].advance(
            rate: rate, scale: settings.scale, l1: settings.l1, l2: settings.l2
          ) { _ in slices[part] }
        }
      }
      if whole.weights != parts[0].weights + parts[1].weights {
        return "splitting: two parts cut at \(cut) end elsewhere than the whole"
      }
    }
    return nil
  }

  private func rest() -> String? {
    for weights in [start, [Float](repeating: 0, count: 4)] {
      var run = run(weights)
      for _ in 0..<3 { run.advance(rate: rate) { $0.map { _ in 0 } } }
      if !(run.weights + run.slots).allSatisfy({ $0.isFinite }) {
        return "rest: a gradient of zero leads to \(run.weights), \(run.slots)"
      }
      if run.weights != weights { return "rest: a gradient of zero moves \(weights)" }
    }
    return nil
  }

  private func scaling() -> String? {
    var (scaled, plain) = (run(), run())
    for _ in 0..<5 {
      scaled.advance(rate: rate, scale: 0.25) { self.bowl($0).map { 4 * $0 } }
      plain.advance(rate: rate, gradient: bowl)
    }
    return scaled.weights == plain.weights && scaled.slots == plain.slots
      ? nil : "scaling: a quarter of four times the gradient is not the gradient"
  }

  private func penalties() -> String? {
    for (l1, l2) in [(0.0625, 0), (0, 0.03), (0.02, 0.03)] as [(Float, Float)] {
      var (penalized, plain) = (run(), run())
      for _ in 0..<5 {
        penalized.advance(rate: rate, scale: 0.5, l1: l1, l2: l2) { self.bowl($0).map { 2 * $0 } }
        plain.advance(rate: rate) { w in
          zip(self.bowl(w), w).map { g, w in
            let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
            return g + 2 * l2 * w + l1 * sign
          }
        }
      }
      if penalized.weights != plain.weights || penalized.slots != plain.slots {
        return "penalties: l1 \(l1) and l2 \(l2) are not the gradient of their penalty"
      }
    }
    return nil
  }

  private func lookAhead() -> String? {
    var run = run()
    for _ in 0..<5 {
      let before = run.weights
      run.enterLookAhead()
      run.leaveLookAhead()
      if run.weights != before { return "lookAhead: leaving it does not restore \(before)" }
      run.advance(rate: rate, gradient: bowl)
    }
    return nil
  }

  private func abandonedSteps() -> String? {
    var (disturbed, straight) = (run(), run())
    for _ in 0..<5 {
      disturbed.enterLookAhead()
      disturbed.leaveLookAhead()
      disturbed.advance(rate: rate, gradient: bowl)
      straight.advance(rate: rate, gradient: bowl)
    }
    return disturbed.weights == straight.weights
      ? nil : "abandonedSteps: a step given up changes the next one"
  }

  private func resumption() -> String? {
    var first = run()
    for _ in 0..<4 { first.advance(rate: rate, gradient: bowl) }
    var second = OptimizerRun(make(), from: first.weights, slots: first.slots, step: first.step)
    for _ in 0..<3 {
      first.advance(rate: rate, gradient: bowl)
      second.advance(rate: rate, gradient: bowl)
    }
    return first.weights == second.weights && first.slots == second.slots
      ? nil : "resumption: weights, slots and step are not all that the rule remembers"
  }
}
