import Testing
import _TestSupport

struct AssertCloseTests {
  @Test func agreesWithWhatIsClose() {
    #expect(mismatches([1, 2] as [Float], [1, 2]) == [])
    #expect(mismatches([1.0, -2.0], [1.0001, -2.0001], relative: 1e-3) == [])
    #expect(mismatches([1e-9], [0.0], absolute: 1e-8) == [])
    #expect(mismatches([Double.infinity], [.infinity]) == [])
    #expect(ulps(1, 1) == 0 && ulps(.nan, .nan) == 0 && ulps(.infinity, 1e300) == 0)
    #expect(ulps(Float(1).nextUp, 1) == 1)
  }

  @Test func objectsToWhatIsNot() {
    #expect(mismatches([1, 2] as [Float], [1, 2.1]).count == 1)
    #expect(mismatches([1.0], [1.0, 2.0]).count == 1)
    #expect(mismatches([Double.nan], [1]).count == 1)
    #expect(mismatches([1.0], [.nan]).count == 1)
    #expect(mismatches([Double.nan], [.nan]).count == 1)
    #expect(mismatches([1e30], [.infinity], relative: 1).count == 1)
    #expect(mismatches([-Double.infinity], [.infinity], relative: 1).count == 1)
    #expect(
      mismatches([Double](repeating: 1, count: 9), [Double](repeating: 2, count: 9)).count == 5)
    #expect(ulps(1, .nan) == .infinity && ulps(.infinity, 1) == .infinity)
  }
}
