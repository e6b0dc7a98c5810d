import Foundation
import Layers
import Tensors
import Testing
import _TestSupport

/// Spread, bounds and reproducibility of the first values; see `scripts/golden/initializers.py`.
struct InitializersTests {
  struct File: Decodable {
    struct Case: Decodable {
      var initializer: String
      var deviation: Double
      var largest: Double
    }

    var fan_in: Int
    var fan_out: Int
    var cases: [Case]
  }

  static let table: [String: any Initializer] = [
    "glorot_uniform": GlorotUniform(), "glorot_normal": GlorotNormal(),
    "he_uniform": HeUniform(), "he_normal": HeNormal(),
    "lecun_uniform": LeCunUniform(), "lecun_normal": LeCunNormal(),
    "random_uniform": RandomUniform(), "random_normal": RandomNormal(),
    "truncated_normal": TruncatedNormal(),
  ]

  let key = RandomKey(seed: 1, purpose: .initialization)

  private func draw(
    _ initializer: any Initializer, fans: Fans = Fans(in: 300, out: 200), count: Int = 60_000,
    key: RandomKey? = nil
  ) -> [Float] {
    let storage = FloatStorage([Float](repeating: .nan, count: count))
    var values = storage.mutableSpan
    initializer.fill(&values, shape: Shape([count]), fans: fans, key: key ?? self.key)
    return storage.array
  }

  private func moments(_ values: [Float]) -> (mean: Double, deviation: Double, largest: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / n
    let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / n
    return (mean, variance.squareRoot(), values.reduce(0) { max($0, abs(Double($1))) })
  }

  /// Two samples of 60,000 draws differ in deviation by less than 5 · √2 / √(2 · 60,000).
  @Test func spreadIsThatOfKeras() throws {
    let file = try Golden.load("initializers", as: File.self)
    #expect(Set(file.cases.map(\.initializer)) == Set(Self.table.keys))
    for golden in file.cases {
      let initializer = try #require(Self.table[golden.initializer])
      let (mean, deviation, largest) = moments(
        draw(initializer, fans: Fans(in: file.fan_in, out: file.fan_out)))
      #expect(abs(mean) < 5 * deviation / 245, "\(golden.initializer)")
      #expect(abs(deviation / golden.deviation - 1) < 0.021, "\(golden.initializer)")
      // The largest of draws with an end lies close to it; of normal draws it varies.
      let slack = golden.initializer == "random_normal" ? 0.2 : 0.002
      #expect(abs(largest / golden.largest - 1) < slack, "\(golden.initializer)")
    }
  }

  @Test func deviationsFollowTheFormulas() {
    let (fanIn, fanOut) = (50.0, 450.0)
    let expected: [(any Initializer, Double)] = [
      (GlorotUniform(), 2 / (fanIn + fanOut)), (GlorotNormal(), 2 / (fanIn + fanOut)),
      (HeUniform(), 2 / fanIn), (HeNormal(), 2 / fanIn),
      (LeCunUniform(), 1 / fanIn), (LeCunNormal(), 1 / fanIn),
    ]
    for (initializer, variance) in expected {
      let deviation = moments(draw(initializer, fans: Fans(in: 50, out: 450))).deviation
      #expect(abs(deviation / variance.squareRoot() - 1) < 0.015, "\(initializer)")
    }
  }

  @Test func parametersAreHeeded() {
    let even = moments(draw(RandomUniform(minimum: 1, maximum: 3)))
    #expect(abs(even.mean - 2) < 0.012 && abs(even.deviation - 0.5774) < 0.006)
    let normal = moments(draw(RandomNormal(mean: -1, standardDeviation: 2)))
    #expect(abs(normal.mean + 1) < 0.041 && abs(normal.deviation - 2) < 0.029)
    let cut = draw(TruncatedNormal(mean: -1, standardDeviation: 2))
    #expect(abs(moments(cut).deviation - 2 * 0.8796) < 0.03)
    #expect(cut.allSatisfy { $0 >= -5 && $0 <= 3 })
  }

  @Test func constantsAreConstant() {
    #expect(draw(Zeros(), count: 33) == [Float](repeating: 0, count: 33))
    #expect(draw(Ones(), count: 33) == [Float](repeating: 1, count: 33))
    #expect(draw(Constant(0.25), count: 33) == [Float](repeating: 0.25, count: 33))
  }

  @Test(arguments: table.keys.sorted())
  func drawsAreAFunctionOfTheKey(name: String) throws {
    let initializer = try #require(Self.table[name])
    let values = draw(initializer, count: 100)
    #expect(values == draw(initializer, count: 100))
    #expect(values != draw(initializer, count: 100, key: key.derive(1)))
    #expect(Set(values).count > 95)
  }

  @Test func fansOfZeroAreNoDivisionByZero() {
    for initializer in [GlorotUniform(), HeNormal(), LeCunNormal()] as [any Initializer] {
      #expect(draw(initializer, fans: Fans(in: 0, out: 0), count: 10).allSatisfy { $0.isFinite })
    }
  }
}
