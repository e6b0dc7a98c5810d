import Formats
import Testing
import _TestSupport

@testable import Training

@Suite struct CheckpointStoreTests {
  @Test func namesAreRead() {
    #expect(CheckpointNames.step(ofFile: "step-120.safetensors") == 120)
    for name in ["step-.safetensors", "step-07.safetensors", "step--1.safetensors", "step-1", "x"] {
      #expect(CheckpointNames.step(ofFile: name) == nil)
    }
    #expect(CheckpointNames.isSupplement("dense_1.weight@m"))
    #expect(CheckpointNames.isSupplement("@epoch_sums"))
    #expect(!CheckpointNames.isSupplement("dense@1.weight"))
  }

  @Test func theNewestFewAndTheOthersStay() throws {
    try withTemporaryFolder { folder in
      for step in [0, 2, 10, 9, 100] {
        try folder.write("x", to: "checkpoints/step-\(step).safetensors")
      }
      try folder.write("x", to: "checkpoints/step-3.safetensors.damaged")
      let store = CheckpointStore(run: folder.path)
      #expect(try store.steps() == [0, 2, 9, 10, 100])
      try store.prune(keep: 2, others: [2, 77])
      #expect(try store.steps() == [2, 10, 100])
      #expect(try folder.entries(of: "checkpoints").contains("step-3.safetensors.damaged"))
      #expect(try CheckpointStore(run: folder.path("none")).steps() == [])
      #expect(try CheckpointStore(run: folder.path("none")).newest().checkpoint == nil)
    }
  }

  @Test func twoToWhichTheRunMayGoBackStay() throws {
    try withTemporaryFolder { folder in
      for step in [0, 4, 8, 12, 13, 14] {
        try folder.write("x", to: "checkpoints/step-\(step).safetensors")
      }
      let store = CheckpointStore(run: folder.path)
      try store.prune(keep: 1, others: [13], period: 4)
      #expect(try store.steps() == [8, 12, 13, 14])
      try store.prune(keep: 1, others: [], period: 6)
      #expect(try store.steps() == [12, 14])
      try store.remove(after: 13)
      #expect(try store.steps() == [12])
    }
  }

  @Test func regularOnesAreMultiples() {
    #expect(CheckpointPlan(every: .steps(3)).period(stepsPerEpoch: 7) == 3)
    #expect(CheckpointPlan(every: .epochs(2)).period(stepsPerEpoch: 7) == 14)
    #expect(CheckpointPlan(every: .epochs(.max)).period(stepsPerEpoch: 7) == .max)
    #expect(CheckpointPlan(every: .never).period(stepsPerEpoch: 7) == nil)
    #expect(CheckpointPlan(every: .seconds(1)).period(stepsPerEpoch: 7) == nil)
  }

  @Test func onlyDamagedOnesAreAnErrorThatNamesEach() throws {
    try withTemporaryFolder { folder in
      for step in [4, 8] { try folder.write("x", to: "checkpoints/step-\(step).safetensors") }
      let error = try #require(throws: FileError.self) {
        try CheckpointStore(run: folder.path).newest()
      }
      #expect(error.kind == .badContent)
      for step in [4, 8] { #expect(error.description.contains("step-\(step).safetensors: ")) }
    }
  }
}
