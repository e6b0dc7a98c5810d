import MPI
import Testing

@Suite struct MPILibraryTests {
  @Test func theLibraryNamesItself() {
    #expect(MPILibrary.version.hasPrefix("Open MPI v"))
    #expect(!MPILibrary.version.contains("\n"))
    #expect(MPILibrary.standard.hasPrefix("3.") || MPILibrary.standard.hasPrefix("4."))
  }
}
