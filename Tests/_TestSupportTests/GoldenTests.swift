import Testing
import _TestSupport

struct GoldenTests {
  @Test func namesTheFileThatIsMissing() {
    let failure = #expect(throws: Golden.Failure.self) {
      _ = try Golden.load("no-such-file", as: [Double].self)
    }
    #expect(failure?.description.contains("Golden/no-such-file.json") == true)
  }

  @Test func refusesContentOfAnotherForm() {
    #expect(throws: Golden.Failure.self) { _ = try Golden.load("optimizers", as: [Double].self) }
  }
}
