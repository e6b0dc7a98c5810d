import Testing

@testable import Training

/// Lines that fit the terminal.
@Suite struct ProgressLoggerTests {
  private func status() -> RunStatus {
    var status = RunStatus()
    status.epoch = 3
    status.epochs = 100
    status.stepsPerEpoch = 64
    status.stepInEpoch = 64
    status.samplesPerEpoch = 60_000
    status.trainingSeconds = 2
    status.seconds = 6
    let figures = Figures(
      objective: 1.25, metrics: [("accuracy", 0.5), ("top_3_accuracy", 0.75), ("auc", 0.625)],
      samples: 60_000)
    status.training = figures
    status.validation = figures
    return status
  }

  private func lines(columns: Int?) throws -> (line: ProgressLine, drawn: [String]) {
    var told: [ProgressLine] = []
    var drawn: [String] = []
    let logger = ProgressLogger(
      isTerminal: columns != nil, width: { columns ?? .max }, draw: { drawn.append($0) },
      tell: { line, _ in told.append(line) })
    _ = logger.epochWillStart(status())
    _ = try logger.epochDidEnd(status())
    return (try #require(told.first), drawn)
  }

  @Test("the whole line goes to files, whatever the terminal's width")
  func whole() throws {
    let whole = try lines(columns: nil).line
    #expect(whole.short == whole.full && whole.full.count > 150)
    for columns in [20, 80, 300] { #expect(try lines(columns: columns).line.full == whole.full) }
  }

  @Test(arguments: [10, 20, 40, 60, 80, 100, 120, 150, 200, 300])
  func fits(columns: Int) throws {
    let line = try lines(columns: columns).line
    #expect(line.short.count < columns)
    #expect(line.short.hasPrefix("epoch"))
    if columns >= 120 { #expect(line.short.contains("val") && line.short.contains("train")) }
    if columns >= 60 { #expect(line.short.contains("50.00%") || line.short.contains("50.00 %")) }
  }
}
