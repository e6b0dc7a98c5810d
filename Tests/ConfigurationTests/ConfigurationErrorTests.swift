import Testing

@testable import Configuration

@Suite struct ConfigurationErrorTests {
  @Test func kindsDecideTheExitCode() {
    #expect(ConfigurationError(.badConfiguration, at: nil, "").exitCode == 78)
    #expect(ConfigurationError(.absentFile, at: nil, "").exitCode == 66)
    #expect(ConfigurationError(.malformedOverride, at: nil, "").exitCode == 64)
  }

  @Test func theTextBeginsWithThePlace() {
    let place = SourcePosition.file("configs/a.yaml", line: 14, column: 9)
    #expect(
      ConfigurationError(at: place, "x is wrong").description == "configs/a.yaml:14:9: x is wrong")
    let override = SourcePosition.override("optimizer.lr=1")
    #expect(
      ConfigurationError(at: override, "x is wrong").description
        == "--set optimizer.lr=1: x is wrong")
    #expect(ConfigurationError(at: nil, "x is wrong").description == "x is wrong")
  }
}
