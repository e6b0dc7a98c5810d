import Configuration
import Testing

@Suite struct RunLengthTests {
  @Test(arguments: [
    ("1", RunLength.epochs(1)), ("30", .epochs(30)), ("30 epochs", .epochs(30)),
    ("1 epoch", .epochs(1)), ("500 steps", .steps(500)), ("1 step", .steps(1)),
    ("10 minutes", .minutes(10)), ("0.5 minutes", .minutes(0.5)),
  ])
  func lengthsAreRead(text: String, length: RunLength) {
    #expect(RunLength(text) == length)
    #expect(RunLength(length.description) == length)
  }

  @Test(arguments: [
    "", "0", "-1", "1.5", "ten", "0 steps", "-5 steps", "1.5 steps", "0 minutes", "inf minutes",
    "nan minutes", "5 hours", "5 steps more", "steps", "99999999999999999999",
  ])
  func othersAreNot(text: String) {
    #expect(RunLength(text) == nil)
  }
}
