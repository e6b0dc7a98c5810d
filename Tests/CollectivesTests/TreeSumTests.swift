import Collectives
import Testing

@Suite struct TreeSumTests {
  @Test func noLeavesAreZeros() {
    #expect(treeSum([], width: 3) == [0, 0, 0])
  }

  @Test func oneLeafIsItself() {
    #expect(treeSum([1.5, -2], width: 2) == [1.5, -2])
  }

  @Test func threeLeavesAddTheFirstTwoFirst() {
    // (1e16 + 1) + 1 is 1e16; 1e16 + (1 + 1) would be 1e16 + 2.
    #expect(treeSum([1e16, 1, 1], width: 1) == [1e16])
    #expect(treeSum([1, 1, 1e16], width: 1) == [1e16 + 2])
  }

  @Test(arguments: 1...17)
  func columnsAreSummedIndependently(leaves: Int) {
    let numbers: [Double] = (0..<leaves).flatMap { [Double($0), Double($0 * $0), 1.0] }
    let n = Double(leaves)
    #expect(
      treeSum(numbers, width: 3) == [n * (n - 1) / 2, (n - 1) * n * (2 * n - 1) / 6, n])
  }

  @Test(arguments: [2, 3, 5, 6, 7, 8, 100])
  func bitsAreThoseOfThePlainRecursion(leaves: Int) {
    func sum(_ values: ArraySlice<Double>) -> Double {
      if values.count == 1 { return values.first! }
      let half = (values.count + 1) / 2
      return sum(values.prefix(half)) + sum(values.dropFirst(half))
    }
    let values = (0..<leaves).map { Double(Leaves.value($0, 3, 5)) / 3 }
    #expect(treeSum(values, width: 1)[0].bitPattern == sum(values[...]).bitPattern)
  }
}
