import Collectives
import MPI
import Tensors
import Testing
import _TestSupport

@MainActor @Suite(.serialized) struct ParameterBroadcastAcrossRanks {
  @Test(arguments: [0, 1, 1000, ParameterBroadcast.chunk + 3])
  func everyRankHoldsTheRootsBits(count: Int) throws {
    try Ranks.together("\(#function) \(count)") { world in
      let root = world.size - 1
      let storage = FloatStorage(count: count)
      var span = storage.mutableSpan
      let mine = world.rank == root
      for i in 0..<count { span[i] = mine ? Float(i % 1000) + 0.5 : -1 }
      try ParameterBroadcast(communicator: world).broadcast(storage, root: root)
      let received = storage.span
      var wrong = 0
      for i in 0..<count where received[i] != Float(i % 1000) + 0.5 { wrong += 1 }
      #expect(wrong == 0)
    }
  }
}
