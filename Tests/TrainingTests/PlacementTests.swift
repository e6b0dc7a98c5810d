import Testing

@testable import Training

/// What is told of where ranks run.
@Suite struct PlacementTests {
  private func place(
    _ host: String, _ cores: [Int], processor: String = "P", library: String = "L",
    free: Int? = nil
  ) -> RankPlace {
    RankPlace(host: host, cores: cores, processor: processor, library: library, freeMemory: free)
  }

  @Test("ranks with cores of their own give no note")
  func good() {
    let places = [place("a", [0]), place("a", [1]), place("b", [0, 1]), place("b", [0, 1])]
    #expect(Placement(places, threads: 1).notes == [])
    #expect(Placement([place("a", [0])], threads: 2).notes == [])
    #expect(Placement([place("a", []), place("a", [])], threads: 2).notes == [])
  }

  @Test("ranks that share cores are told once for all hosts")
  func shared() {
    let crowd = ["a", "b"].flatMap { host in (0..<3).map { _ in place(host, [0, 1]) } }
    let notes = Placement(crowd, threads: 1).notes
    #expect(notes.count == 1)
    #expect(notes[0].hasPrefix("3 ranks of 1 thread share 2 cores on a, b and wait"))
    // Bound to the same core, though the host has more.
    let bound = [place("a", [0]), place("a", [0]), place("a", [1, 2, 3])]
    #expect(
      Placement(bound, threads: 1).notes[0].hasPrefix("2 ranks of 1 thread share 1 core on a"))
    let threads = [place("a", [0, 1, 2]), place("a", [0, 1, 2])]
    #expect(Placement(threads, threads: 2).notes[0].contains("2 ranks of 2 threads share 3 cores"))
  }

  @Test("hosts that differ are named")
  func differing() {
    let places = [place("a", [0]), place("b", [0], processor: "Q"), place("c", [0], library: "M")]
    let notes = Placement(places, threads: 1).notes
    #expect(notes.count == 2)
    #expect(notes[0].hasPrefix("the hosts differ in processor: P on a, c; Q on b;"))
    #expect(notes[1].hasPrefix("the hosts differ in message passing: L on a, b; M on c;"))
  }

  @Test("too little memory is told with its host")
  func memory() {
    let places = [place("a", [0], free: 100), place("b", [0], free: 50), place("b", [1], free: 60)]
    let placement = Placement(places, threads: 1)
    #expect(placement.memoryNote(bytes: 25) == nil)
    #expect(placement.memoryNote(bytes: 26)?.hasPrefix("2 ranks of 26 B on b are more") == true)
    #expect(placement.memoryNote(bytes: .max)?.contains("1 rank of") == true)
    #expect(Placement([place("a", [0])], threads: 1).memoryNote(bytes: 1 << 60) == nil)
  }

  @Test("a place comes through as text")
  func text() {
    let there = place("a \"b\"", [0, 5], free: 7)
    #expect(RankPlace(serialized: there.serialized) == there)
    #expect(RankPlace(serialized: "[1]") == nil)
    #expect(RankPlace.cores(inStatus: "X:\t1\nCpus_allowed_list:\t0-2,7\n") == [0, 1, 2, 7])
    #expect(RankPlace.memory(inInformation: "MemFree: 1 kB\nMemAvailable:  12 kB\n") == 12288)
    #expect(Placement.ranges([7, 0, 1, 2]) == "0-2,7")
    #expect(Placement.list(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and 2 more")
  }
}
