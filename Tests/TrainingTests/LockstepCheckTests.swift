import MPI
import Optimizers
import Tensors
import Testing
import _TestSupport

@testable import Training

@MainActor @Suite(.serialized) struct LockstepCheckAcrossRanks {
  @Test func oneBitOfAnyParameterOrSlotIsFound() throws {
    try Ranks.together { world in
      var fixture = TrainingFixture(shards: 8)
      fixture.optimizer = Adam()
      let trainer = try fixture.trainer(world)
      let store = trainer.network.parameters
      let update = ParameterUpdate(Adam(), store: store, penalties: Penalties())
      let check = LockstepCheck(store, update, group: RankGroup(world))
      try check.verify(step: 0)
      guard world.size > 1 else { return }  // a rank alone is in step with itself
      let places = store.entries.map { ($0.name, store.weights, $0.range.upperBound - 1) }
      for (name, storage, place) in places + [("the optimizer's memory", update.slots, 5)] {
        for odd in 0..<world.size {
          let value = storage.array[place]
          func set(_ value: Float) {
            var span = storage.mutableSpan
            span[place] = value
          }
          if world.rank == odd { set(Float(bitPattern: value.bitPattern ^ 1)) }
          let error = #expect(throws: TrainingError.self) { try check.verify(step: 12) }
          #expect(error?.code == 76)
          #expect(
            error?.description.contains("that differs is \(name).") == true, "\(error as Any)")
          #expect(error?.description.contains("after step 12") == true)
          if world.size > 2 {
            #expect(error?.description.contains(": rank \(odd) (") == true, "\(error as Any)")
          }
          set(value)
        }
      }
      try check.verify(step: 13)
    }
  }
}

@Suite struct LockstepFailureTests {
  private func words(_ digests: [UInt64]) -> String {
    LockstepCheck.failure(
      digests, step: 3, first: "a.weight", hosts: digests.indices.map { "h\($0)" }
    ).description
  }

  @Test func theMinorityIsNamed() {
    #expect(words([7, 7, 8, 7]).contains("rank 2 (h2) does not hold the same bits"))
    #expect(words([8, 7, 7, 7, 9]).contains("ranks 0 (h0), 4 (h4) do not hold the same bits"))
  }

  @Test func whereNobodyHasTheMajorityAllAreNamed() {
    #expect(words([1, 2]).contains("ranks 0 (h0), 1 (h1) hold different bits"))
    #expect(words([1, 1, 2, 2]).contains("ranks 0 (h0), 1 (h1), 2 (h2), 3 (h3) hold"))
  }
}
