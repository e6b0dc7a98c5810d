import Testing

@testable import Training

@Suite struct PhaseTimesTests {
  private func times(_ ranks: [[Phase: Double]]) -> PhaseTimes {
    PhaseTimes(ranks.map { rank in Phase.allCases.map { rank[$0] ?? 0 } })
  }

  @Test func sharesAreOfTheTimeOfAllRanks() {
    var sum = times([[.compute: 3, .wait: 1], [.compute: 1, .data: 3]])
    #expect(sum.share(of: .compute) == 0.5)
    #expect(sum.share(of: .data) == 0.375)
    #expect(sum.share(of: .checkpoint) == 0)
    sum.add(times([[:], [.checkpoint: 8]]))
    #expect(sum.share(of: .checkpoint) == 0.5)
    #expect(sum.words == "compute 25.0 % wait 6.3 % data 18.8 % checkpoint 50.0 %")
    #expect(PhaseTimes(ranks: 2).share(of: .compute) == 0)
  }

  @Test func aClockGivesEveryPhaseItsTimeAndTellsTheHeart() {
    let heart = Heartbeat()
    let clock = PhaseClock(heart)
    clock.enter(.compute)
    let answer = clock.spend(.checkpoint) { heart.phase }
    #expect(answer == .checkpoint)
    #expect(heart.phase == .compute && heart.beats == 3)
    let taken = clock.take()
    #expect(taken[Phase.compute.rawValue] > 0 && taken[Phase.checkpoint.rawValue] > 0)
    #expect(taken[Phase.data.rawValue] == 0)
    #expect(clock.take()[Phase.checkpoint.rawValue] == 0)
  }

  @Test func aSlowRankIsToldOnceAfterTwoEpochs() {
    let even = times(.init(repeating: [.compute: 1, .wait: 0.01], count: 3))
    let slow = times([
      [.compute: 1, .wait: 2], [.compute: 1, .data: 2], [.compute: 1, .wait: 2],
    ])
    var judge = SlowRank(shards: [1, 1, 1], hosts: ["a", "b", "c"])
    #expect(judge.judge(slow) == nil)
    #expect(judge.judge(even) == nil)
    #expect(judge.judge(slow) == nil)
    let note = judge.judge(slow)
    #expect(note?.hasPrefix("rank 1 on b is slow: 2.000 s an epoch reading data") == true)
    #expect(judge.judge(slow) == nil)
  }

  @Test func moreShardsAreNoSlowness() {
    let uneven = times([[.compute: 2], [.compute: 1, .wait: 1], [.compute: 1, .wait: 1]])
    var judge = SlowRank(shards: [2, 1, 1], hosts: ["a", "b", "c"])
    #expect(judge.judge(uneven) == nil && judge.judge(uneven) == nil)
    var alone = SlowRank(shards: [8], hosts: ["a"])
    #expect(alone.judge(times([[.compute: 1]])) == nil)
  }

  @Test(arguments: ["flip:1", "flip:1:2:3", "flip:x:2", "melt:1:2", "slow:1:-1", ""])
  func faultsThatNobodyKnowsAreNone(text: String) {
    #expect(InjectedFault(text) == nil)
    #expect(InjectedFault("slow:1:0.5") != nil)
  }
}
