import MPI
import Testing

@Suite struct MPILibraryTests {
  @Test func theLibraryNamesItself() {
    // Of one family: a program built for the other cannot be loaded.
    let isOpenMPI = MPILibrary.builtWith.hasPrefix("Open MPI ")
    #expect(MPILibrary.version.hasPrefix(isOpenMPI ? "Open MPI v" : "MPICH"))
    #expect(isOpenMPI || MPILibrary.builtWith.hasPrefix("MPICH "))
    #expect(MPILibrary.builtWith.contains { $0.isNumber })
    #expect(!MPILibrary.version.contains("\n"))
    #expect(MPILibrary.standard.hasPrefix("3.") || MPILibrary.standard.hasPrefix("4."))
  }
}
