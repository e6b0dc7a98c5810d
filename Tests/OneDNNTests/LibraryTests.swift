import Testing

@testable import OneDNN

@Suite struct LibraryTests {
  @Test(
    "2.6, 2.7, and 3.1 and newer are supported",
    arguments: [
      (1, 7, false), (2, 5, false), (2, 6, true), (2, 7, true), (2, 8, false), (3, 0, false),
      (3, 1, true), (3, 7, true), (3, 12, true), (4, 0, false),
    ])
  func versions(major: Int, minor: Int, isSupported: Bool) {
    #expect(Library.supports(major: major, minor: minor) == isSupported)
  }

  @Test func anUnsupportedVersionIsNamed() {
    let error = OneDNNError(unsupportedVersion: "3.0.0")
    #expect(error.unsupportedVersion == "3.0.0")
    #expect(error.description.contains("oneDNN 3.0.0 is loaded"))
  }

  @Test func theLoadedVersionIsSupported() throws {
    try Library.checkVersion()
    #expect(Library.version.split(separator: ".").count == 3)
  }

  @Test func theInstructionSetHasAName() {
    #expect(!Library.instructionSet.isEmpty)
    #expect(!Library.instructionSet.contains("isa_"))
  }
}
