import Optimizers
import Testing
import _TestSupport

/// Wrong optimizers, each with the check that must find it.
struct OptimizerCheckerTests {
  /// Gradient descent with the mistakes that one asks for.
  struct Faulty: Optimizer {
    let slotNames: [String] = []
    let defaultRate: Float = 0.1

    enum Fault: CaseIterable {
      case none, climbs, ignoresScale, ignoresL1, halvesL2, undefinedAtRest, knowsItsPlace
    }

    var fault = Fault.none

    func update(
      _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
      _ step: UpdateStep
    ) {
      for i in 0..<weights.count {
        let w = weights[i]
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        let scale = fault == .ignoresScale ? 1 : step.gradientScale
        let l1 = fault == .ignoresL1 ? 0 : step.l1
        let l2 = (fault == .halvesL2 ? 1 : 2) * step.l2
        var g = scale * gradient[i] + l2 * w + l1 * sign
        if fault == .undefinedAtRest { g = g * g / g }
        if fault == .knowsItsPlace && i == 0 { g *= 0.5 }
        weights[i] = w - (fault == .climbs ? -step.rate : step.rate) * g
      }
    }
  }

  /// Gradient descent that looks ahead by its velocity, and back by arithmetic or not at all.
  struct Forgetful: Optimizer {
    let slotNames = ["v"]
    let defaultRate: Float = 0.1

    var subtracts: Bool

    func enterLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>) {
      for i in 0..<weights.count { weights[i] += 0.9 * slots[i] }
    }

    func leaveLookAhead(_ weights: inout MutableSpan<Float>, slots: inout MutableSpan<Float>) {
      if subtracts { for i in 0..<weights.count { weights[i] -= 0.9 * slots[i] } }
    }

    func update(
      _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
      _ step: UpdateStep
    ) {
      for i in 0..<weights.count {
        let w = weights[i]
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        let g = step.gradientScale * gradient[i] + 2 * step.l2 * w + step.l1 * sign
        weights[i] -= 0.9 * slots[i]
        slots[i] = 0.9 * slots[i] - step.rate * g
        weights[i] += slots[i]
      }
    }
  }

  /// Gradient descent with a memory beside its slots.
  final class Secretive: Optimizer, @unchecked Sendable {
    let slotNames: [String] = []
    let defaultRate: Float = 0.1

    var updates = 0

    func update(
      _ weights: inout MutableSpan<Float>, gradient: Span<Float>, slots: inout MutableSpan<Float>,
      _ step: UpdateStep
    ) {
      updates += 1
      let rate = step.rate / Float(min(updates, 6))
      for i in 0..<weights.count { weights[i] -= rate * gradient[i] }
    }
  }

  private func checksThatFail(_ make: @escaping () -> any Optimizer) -> [String] {
    OptimizerChecker(rate: 0.05, make).failures().map { String($0.prefix { $0 != ":" }) }
  }

  @Test func acceptsARightOne() {
    #expect(checksThatFail { Faulty() } == [])
  }

  @Test func findsEachFault() {
    let expected: [Faulty.Fault: [String]] = [
      .climbs: ["convergence"],
      .ignoresScale: ["scaling", "penalties"],
      .ignoresL1: ["penalties"],
      .halvesL2: ["penalties"],
      .undefinedAtRest: ["rest"],
      .knowsItsPlace: ["splitting"],
    ]
    for fault in Faulty.Fault.allCases where fault != .none {
      let found = checksThatFail { Faulty(fault: fault) }
      for check in expected[fault] ?? ["no expectation"] {
        #expect(found.contains(check), "\(fault): \(found)")
      }
    }
  }

  @Test func findsALookAheadThatIsNotUndone() {
    #expect(checksThatFail { Forgetful(subtracts: true) }.contains("lookAhead"))
    #expect(checksThatFail { Forgetful(subtracts: false) }.contains("abandonedSteps"))
  }

  @Test func findsAHiddenMemory() {
    #expect(checksThatFail { Secretive() }.contains("resumption"))
  }
}
