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

  static let table: [String: any Initializer] = {
    var table = plain
    for (scale, mode) in [(0.5, .fanIn), (1, .fanOut), (3, .fanAverage)]
      as [(Float, VarianceScaling.Mode)]
    {
      for distribution in VarianceScaling.Distribution.allCases {
        table["variance_scaling \(mode.rawValue) \(distribution.rawValue)"] = VarianceScaling(
          scale: scale, mode: mode, distribution: distribution)
      }
    }
    return table
  }()

  private static let plain: [String: any Initializer] = [
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
      let hasEnd = !["random", "untruncated"].contains {
        golden.initializer.contains($0 + "_normal")
      }
      let slack = hasEnd ? 0.002 : 0.2
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

  @Test func varianceScalingHeedsFanScaleAndDistribution() {
    let fans = Fans(in: 50, out: 450)
    for (mode, fan) in [
      (VarianceScaling.Mode.fanIn, 50.0), (.fanOut, 450), (.fanAverage, 250),
    ] {
      for distribution in VarianceScaling.Distribution.allCases {
        let values = draw(
          VarianceScaling(scale: 3, mode: mode, distribution: distribution), fans: fans)
        let (mean, deviation, largest) = moments(values)
        let wanted = (3 / fan).squareRoot()
        #expect(abs(mean) < 5 * wanted / 245, "\(mode) \(distribution)")
        #expect(abs(deviation / wanted - 1) < 0.015, "\(mode) \(distribution)")
        let bound =
          wanted
          * [3.squareRoot(), 2 / 0.8796256610342398, 6][
            [.uniform, .truncatedNormal, .untruncatedNormal].firstIndex(of: distribution) ?? 0]
        #expect(largest <= bound * 1.000_001, "\(mode) \(distribution)")
      }
    }
    #expect(draw(VarianceScaling(scale: 2), count: 100) == draw(HeNormal(), count: 100))
  }

  @Test func identityHasOnesOnTheDiagonal() {
    func fill(_ shape: Shape) -> [Float] {
      let storage = FloatStorage([Float](repeating: .nan, count: shape.count))
      var values = storage.mutableSpan
      Identity(gain: 2).fill(&values, shape: shape, fans: Fans(in: 1, out: 1), key: key)
      return storage.array
    }
    #expect(fill([2, 3]) == [2, 0, 0, 0, 2, 0])
    #expect(fill([3, 2]) == [2, 0, 0, 2, 0, 0])
    #expect(Identity().problem(with: [3, 2]) == nil)
    #expect(Identity().problem(with: [3]) != nil && Identity().problem(with: [3, 1, 2, 2]) != nil)
  }

  private func orthogonal(_ shape: Shape, gain: Float = 1, key: RandomKey? = nil) -> [Float] {
    let storage = FloatStorage([Float](repeating: .nan, count: shape.count))
    var values = storage.mutableSpan
    Orthogonal(gain: gain).fill(
      &values, shape: shape, fans: Fans(in: 1, out: 1), key: key ?? self.key)
    return storage.array
  }

  /// Rows, or columns where there are fewer of them, are orthonormal up to the gain.
  @Test(arguments: [[1, 1], [5, 5], [3, 17], [40, 9], [64, 64], [8, 3, 3, 3], [30, 2, 3, 3]])
  func orthogonalMatricesAreOrthogonal(dimensions: [Int]) {
    let shape = Shape(dimensions)
    let (rows, columns) = (shape[0], shape.count / shape[0])
    for gain: Float in [1, 0.5] {
      let w = orthogonal(shape, gain: gain)
      let count = min(rows, columns)
      var worst = 0.0
      for a in 0..<count {
        for b in 0..<count {
          var product = 0.0
          for i in 0..<max(rows, columns) {
            let (x, y) =
              rows <= columns
              ? (w[a * columns + i], w[b * columns + i]) : (w[i * columns + a], w[i * columns + b])
            product += Double(x) * Double(y)
          }
          worst = max(worst, abs(product - (a == b ? Double(gain * gain) : 0)))
        }
      }
      #expect(worst < 1e-6, "\(shape) with gain \(gain)")
    }
  }

  /// Over many draws every element of a uniform orthogonal matrix has mean 0 and variance 1/n; without
  /// the signs of R's diagonal the diagonal would not.
  @Test func orthogonalMatricesAreUniform() {
    let n = 4
    var (sums, squares) = ([Double](repeating: 0, count: 16), [Double](repeating: 0, count: 16))
    let draws = 4000
    for number in 0..<draws {
      let w = orthogonal([n, n], key: key.derive(UInt64(number)))
      for i in 0..<16 {
        sums[i] += Double(w[i])
        squares[i] += Double(w[i]) * Double(w[i])
      }
    }
    for i in 0..<16 {
      #expect(abs(sums[i] / Double(draws)) < 5 * 0.5 / Double(draws).squareRoot(), "[\(i)]")
      #expect(abs(squares[i] / Double(draws) - 0.25) < 0.025, "[\(i)]")
    }
    #expect(orthogonal([6, 6]) == orthogonal([6, 6]))
    #expect(orthogonal([6, 6]) != orthogonal([6, 6], key: key.derive(1)))
  }

  @Test func vectorsHaveNoOrthogonalRows() {
    #expect(Orthogonal().problem(with: [4]) != nil && Orthogonal().problem(with: [4, 2]) == nil)
  }
}
