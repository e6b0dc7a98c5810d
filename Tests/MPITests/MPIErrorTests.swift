import Testing

import MPI

@Suite struct MPIErrorTests {
  @Test func aFailureNamesOperationAndCommunicator() {
    let error = MPIError(
      operation: "MPI_Ibcast", communicator: "world.shared", kind: .timeout, text: "no answer")
    #expect(error.description == "MPI_Ibcast on communicator \"world.shared\" failed: no answer")
  }
}
