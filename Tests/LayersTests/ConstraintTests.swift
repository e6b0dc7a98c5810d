import Layers
import Tensors
import Testing
import _TestSupport

/// Where constraints move weights; the numbers are those of Keras 3 without its 1e-7 in divisors.
struct ConstraintTests {
  private func apply(_ constraint: any Constraint, _ values: [Float], _ shape: Shape) -> [Float] {
    let storage = FloatStorage(values)
    var span = storage.mutableSpan
    constraint.apply(&span, shape: shape)
    return storage.array
  }

  struct File: Decodable {
    struct Case: Decodable {
      var constraint: String
      var shape: [Int]
      var before: [Float]
      var after: [Double]
    }

    var cases: [Case]
  }

  private static let constraints: [String: any Constraint] = [
    "max_norm": MaxNorm(), "max_norm 0.5": MaxNorm(0.5),
    "min_max_norm": MinMaxNorm(minimum: 0.8, maximum: 1.5),
    "min_max_norm half": MinMaxNorm(minimum: 0.8, maximum: 1.5, rate: 0.5),
    "unit_norm": UnitNorm(), "non_neg": NonNegative(),
  ]

  /// Single precision, and the 1e-7 that Keras adds to norms of at least 0.3.
  @Test func weightsMoveWhereKerasMovesThem() throws {
    let cases = try Golden.load("constraints", as: File.self).cases
    #expect(Set(cases.map(\.constraint)) == Set(Self.constraints.keys))
    #expect(Set(cases.map(\.shape.count)) == [1, 2, 4])
    for golden in cases {
      let constraint = try #require(Self.constraints[golden.constraint])
      let found = apply(constraint, golden.before, Shape(golden.shape))
      #expect(
        mismatches(found, golden.after, relative: 6e-7) == [],
        "\(golden.constraint) on \(golden.shape)")
      // The bias alone is within the bounds of some.
      #expect(found != golden.before || golden.shape.count == 1)
    }
  }

  private let rows: [Float] = [3, 4, 0.3, -0.4, 0, 0]

  @Test func longRowsAreShortened() {
    let found = apply(MaxNorm(2), rows, [3, 2])
    #expect(mismatches(found, [1.2, 1.6, 0.3, -0.4, 0, 0].map { Double(Float($0)) }) == [])
    #expect(Array(found[2...]) == Array(rows[2...]), "rows within the bound keep their bits")
  }

  @Test func aFilterIsOneVectorAndABiasAnother() {
    let filters = apply(MaxNorm(1), [Float](repeating: 1, count: 16), [4, 1, 2, 2])
    #expect(filters == [Float](repeating: 0.5, count: 16))
    let bias = apply(UnitNorm(), [3, 4], [2])
    #expect(mismatches(bias, [0.6, 0.8]) == [])
  }

  @Test func boundsMayBeApproached() {
    let all = apply(MinMaxNorm(minimum: 1, maximum: 2), rows, [3, 2])
    #expect(mismatches(all, [1.2, 1.6, 0.6, -0.8, 0, 0]) == [])
    let half = apply(MinMaxNorm(minimum: 1, maximum: 2, rate: 0.5), rows, [3, 2])
    #expect(mismatches(half, [2.1, 2.8, 0.45, -0.6, 0, 0]) == [])
  }

  @Test func lengthOneOrNoNegativeWeights() {
    #expect(mismatches(apply(UnitNorm(), rows, [3, 2]), [0.6, 0.8, 0.6, -0.8, 0, 0]) == [])
    #expect(apply(NonNegative(), rows, [3, 2]) == [3, 4, 0.3, 0, 0, 0])
  }
}
