import Testing

@testable import MPI

@Suite struct PatienceTests {
  /// What a patience of two seconds says at each of the times.
  private func answers(at times: [Double], timeout: Double? = 2) -> [Bool] {
    var patience = Patience(timeout: timeout)
    var answers: [Bool] = []
    for time in times { answers.append(patience.lasts(at: time)) }
    return answers
  }

  @Test("patience ends when the limit has passed")
  func limit() {
    let times = (0..<20).map { 100 + 0.1 * Double($0) }
    #expect(answers(at: times + [102.1]) == times.map { _ in true } + [false])
  }

  @Test("a process that was suspended has not waited")
  func suspended() {
    let times = [100, 1_000, 1_000.4, 1_000.8, 1_001.2, 1_001.6]
    #expect(answers(at: times) == [true, true, true, true, true, false])
  }

  @Test("without a limit it lasts for ever")
  func endless() {
    #expect(answers(at: [0, 1e9], timeout: nil) == [true, true])
  }
}
