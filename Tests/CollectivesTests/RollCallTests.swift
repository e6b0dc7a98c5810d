import Collectives
import MPI
import Testing
import _TestSupport

#if canImport(Glibc)
  import Glibc
#endif

@MainActor @Suite(.serialized) struct RollCallAcrossRanks {
  private func answer(of rank: Int) -> RollCall.Answer {
    RollCall.Answer(step: 3_000_000_007 + rank, phase: rank)
  }

  @Test func ranksThatAreThereHearOneAnother() throws {
    try Ranks.together { world in
      let call = try RollCall(world)
      let answers = try call.hold(answer(of: world.rank), within: 20)
      #expect(answers == (0..<world.size).map { answer(of: $0) })
    }
  }

  @Test func whoComesTooLateIsMissingAndHearsTheCall() throws {
    try Ranks.together { world in
      guard world.size > 1 else { return }  // nobody can be missing
      let call = try RollCall(world)
      let late = world.size - 1
      if world.rank == late {
        var looks = 0
        while !call.isCalled, looks < 2000 {
          looks += 1
          usleep(10_000)
        }
        #expect(call.isCalled)
        usleep(2_500_000)
        let answers = try call.hold(answer(of: late), within: 20)
        #expect(answers == (0..<world.size).map { answer(of: $0) })
      } else {
        let answers = try call.hold(answer(of: world.rank), within: 2)
        #expect(answers[late] == nil)
        #expect(answers[world.rank] == answer(of: world.rank))
      }
    }
  }

  @Test func aWaitEndsWhenItsWatcherSaysSo() throws {
    final class Caller: WaitWatcher {
      var looks = 0
      func goesOnWaiting() -> Bool {
        looks += 1
        return looks < 3
      }
    }
    try Ranks.together { world in
      guard world.size > 1 else { return }  // a rank alone never waits
      let caller = Caller()
      let channel = try world.duplicate(name: "watched")
      // Kept until the message has come: the library may write to it.
      var word = [0]
      if world.rank == 0 {
        channel.watcher = caller
        var request = try channel.startBarrier()
        var patience = Patience(channel)
        var waited = true
        while try !request.test() {
          guard patience.goesOn() else {
            waited = false
            break
          }
        }
        #expect(!waited && caller.looks == 3)
        channel.watcher = nil
        for peer in 1..<world.size { try world.send([1].span, to: peer, tag: 77) }
        try request.wait()
      } else {
        var span = word.mutableSpan
        try world.receive(into: &span, from: 0, tag: 77)
        try channel.barrier()
      }
    }
  }
}
