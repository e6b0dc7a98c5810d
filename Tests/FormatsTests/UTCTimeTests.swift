import Testing

@testable import Formats

@Suite struct UTCTimeTests {
  @Test(arguments: [
    (0, "19700101-000000"), (951_782_399, "20000228-235959"), (951_782_400, "20000229-000000"),
    (1_735_689_599, "20241231-235959"), (4_102_444_800, "21000101-000000"),
  ])
  func momentsAreNamed(seconds: Int, name: String) {
    #expect(UTCTime(seconds: seconds).compact == name)
  }

  @Test func nowIsLaterThanThisTest() { #expect(UTCTime.now().seconds > 1_700_000_000) }
}
