import Testing

@testable import Training

@Suite struct TextTests {
  @Test(arguments: [
    (0.0, "0.0000"), (0.12345, "0.1235"), (-1.5, "-1.5000"), (12.3456, "12.346"),
    (123.456, "123.46"), (1234.56, "1234.6"), (0.00005, "5.000e-5"), (-2.5e8, "-2.500e8"),
    (.infinity, "inf"),
  ])
  func numbersKeepFourDigits(value: Double, text: String) {
    #expect(Text.number(value) == text)
  }

  @Test func whatHasNoValueHasNoSign() {
    for value in [Double.nan, -.nan] {
      #expect(Text.number(value) == "nan" && Text.fixed(value, 2) == "nan")
      #expect(Text.rate(value) == "nan")
      #expect(Text.metric("auc", value) == "undefined")
      #expect(Text.metric("accuracy", value) == "undefined")
    }
  }

  @Test(arguments: [(0.975, "97.50 %"), (0, "0.00 %"), (1, "100.00 %"), (0.99999, "100.00 %")])
  func sharesArePercentages(share: Double, text: String) {
    #expect(Text.percent(share) == text)
    #expect(Text.metric("top_3_accuracy", share) == text)
    #expect(Text.metric("mean_absolute_error", share) == Text.number(share))
  }

  @Test func differencesOfSharesAreInPoints() {
    #expect(Text.difference("accuracy", 0.0105) == "+1.05 points")
    #expect(Text.difference("top_3_accuracy", -0.002) == "−0.20 points")
    #expect(Text.difference("objective", -0.0905) == "−0.0905")
    #expect(Text.difference("objective", 0) == "+0.0000")
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
  func thousandsStandApart(value: Int, text: String) { #expect(Text.grouped(value) == text) }

  @Test(arguments: [(0, "0 shards"), (1, "1 shard"), (8, "8 shards")])
  func oneIsNamedInTheSingular(count: Int, text: String) {
    #expect(Text.counted(count, "shard") == text)
  }

  @Test(arguments: [
    (0.04, "0.0 s"), (99.94, "99.9 s"), (100, "1 min 40 s"), (3599, "59 min 59 s"),
    (7500, "2 h 5 min"),
  ])
  func timesHaveTheirUnits(seconds: Double, text: String) {
    #expect(Text.duration(seconds) == text)
  }

  @Test(arguments: [
    (1023, "1023 B"), (1536, "1.5 KiB"), (3 << 30, "3.0 GiB"), (5 << 40, "5.0 TiB"),
  ])
  func bytesHaveTheirUnits(count: Int, text: String) { #expect(Text.bytes(count) == text) }
}
