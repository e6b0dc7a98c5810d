import Foundation
import Testing
import _TestSupport

struct GradientCheckTests {
  let point: [Float] = [0.5, -1.25, 2]

  private func value(_ x: [Float]) -> Double {
    sin(Double(x[0])) * Double(x[1]) + exp(0.5 * Double(x[2]))
  }

  private var gradient: [Float] {
    [
      Float(cos(0.5) * -1.25), Float(sin(0.5)), Float(0.5 * exp(1.0)),
    ]
  }

  @Test func acceptsTheTrueGradient() {
    #expect(gradientMismatches(gradient, at: point, of: value) == [])
    // Values in single precision are noisy, and allowed to be.
    #expect(gradientMismatches(gradient, at: point) { Double(Float(value($0))) } == [])
  }

  @Test(arguments: 0..<3)
  func refusesAnElementThatIsOffByAPartInAThousand(place: Int) {
    var wrong = gradient
    wrong[place] *= 1.001
    #expect(gradientMismatches(wrong, at: point, of: value).count == 1)
  }

  @Test func refusesWrongSignsNaNAndWrongCounts() {
    #expect(gradientMismatches(gradient.map { -$0 }, at: point, of: value).count == 3)
    #expect(gradientMismatches([.nan, .nan, .nan], at: point, of: value).count == 3)
    #expect(gradientMismatches([0], at: point, of: value).count == 1)
    #expect(gradientMismatches(gradient, at: point) { _ in .nan }.count == 3)
  }
}
