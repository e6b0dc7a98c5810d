import Collectives
import MPI
import Testing
import _TestSupport

@MainActor @Suite(.serialized) struct CollectiveAgreementAcrossRanks {
  private struct Broken: Error {}

  @Test func nobodyFailsIsAgreed() throws {
    try Ranks.together { world in
      let agreed = try CollectiveAgreement(communicator: world).agree(nil)
      #expect(agreed == nil)
    }
  }

  @Test func theLowestFailingRankSpeaksForAll() throws {
    try Ranks.together { world in
      let agreement = CollectiveAgreement(communicator: world)
      let first = world.size / 2
      let mine =
        world.rank >= first
        ? RankFailure(code: 65 + Int32(world.rank), message: "datei \(world.rank) ist müde") : nil
      let agreed = try agreement.agree(mine)
      #expect(agreed?.rank == first)
      #expect(agreed?.code == 65 + Int32(first))
      #expect(agreed?.message == "datei \(first) ist müde")
      #expect(agreed?.description == "rank \(first): datei \(first) ist müde")
    }
  }

  @Test func oneRanksErrorIsThrownOnAll() throws {
    try Ranks.together { world in
      let agreement = CollectiveAgreement(communicator: world)
      let last = world.size - 1
      let error = #expect(throws: RankFailure.self) {
        try agreement.together(describe: { RankFailure(code: 70, message: "\($0)") }) {
          if world.rank == last { throw Broken() }
        }
      }
      #expect(error?.rank == last)
      #expect(error?.code == 70)
      #expect(error?.message == "Broken()")
      // Afterwards the ranks are in step.
      let value = try agreement.together(describe: { _ in RankFailure(code: 1, message: "") }) {
        world.rank * 2
      }
      #expect(value == world.rank * 2)
    }
  }

  @Test func identicalBytesPass() throws {
    try Ranks.together { world in
      let agreement = CollectiveAgreement(communicator: world)
      try agreement.agreeIdentical(label: "configuration", [1, 2, 3])
      try agreement.agreeIdentical(label: "configuration", [])
    }
  }

  @Test func ranksWithOtherBytesAreNamed() throws {
    try Ranks.together { world in
      guard world.size > 1 else { return }  // a rank alone cannot differ
      let agreement = CollectiveAgreement(communicator: world)
      let bytes: [UInt8] = world.rank == 0 ? [1, 2] : [1, 2, UInt8(world.rank)]
      let error = #expect(throws: CollectivesError.self) {
        try agreement.agreeIdentical(label: "binary", bytes)
      }
      #expect(
        error == .ranksDiffer(label: "binary", ranks: Array(1..<world.size), size: world.size))
      #expect(error?.description.contains("binary") == true)
    }
  }
}
