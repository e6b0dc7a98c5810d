import Optimizers
import Testing
import _TestSupport

/// Every optimizer under the same checks; a new one adds its row.
struct OptimizerTableTests {
  static let table: [(optimizer: any Optimizer, rate: Float)] = [
    (SGD(), 0.1),
    (Momentum(), 0.02),
    (Momentum(momentum: 0), 0.1),
    (Nesterov(), 0.02),
    (Nesterov(momentum: 0.5), 0.05),
    (Adam(), 0.02),
  ]

  @Test(arguments: table.indices)
  func doesWhatEveryOptimizerMust(row: Int) {
    let (optimizer, rate) = Self.table[row]
    #expect(OptimizerChecker(rate: rate) { optimizer }.failures() == [], "\(optimizer)")
  }

  @Test func defaultRates() {
    #expect(SGD.defaultRate == 0.01 && Momentum.defaultRate == 0.01)
    #expect(Nesterov.defaultRate == 0.01 && Adam.defaultRate == 0.001)
  }
}
