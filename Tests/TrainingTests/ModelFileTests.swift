import Formats
import MPI
import Tensors
import Testing
import _TestSupport

@testable import Training

@MainActor @Suite(.serialized) struct ModelFileTests {
  @Test func parametersComeBackBitByBitAndUnderTheSameDigest() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        let path = folder.path("m.safetensors")
        let trained = try TrainingFixture(batch: 8, shards: 2).trainer(world)
        let store = trained.network.parameters
        try ModelFile.write(store, metadata: [("key", "value")], to: path)

        let reader = try SafetensorsReader(path: path)
        #expect(reader.metadata == ["key": "value", "nntrain": "1"])
        #expect(try ParameterDigest.hex(of: reader) == ModelFile.digest(store))

        // Another number of rows may lay its parameters out in another way.
        let other = try TrainingFixture(batch: 1, seed: 99).trainer(world)
        #expect(ModelFile.digest(other.network.parameters) != ModelFile.digest(store))
        try ModelFile.read(reader, into: other.network.parameters)
        #expect(ModelFile.digest(other.network.parameters) == ModelFile.digest(store))
        #expect(
          TrainingFixture.parameters(of: other) == TrainingFixture.parameters(of: trained))
      }
    }
  }

  @Test func parametersOfAnotherNetworkAreRefused() throws {
    try Ranks.together { world in
      try withTemporaryFolder { folder in
        let path = folder.path("m.safetensors")
        let writer = try SafetensorsWriter(
          path: path, tensors: [.init("dense_1.weight", .float32, [6, 4])])
        try writer.write("dense_1.weight", [Float](repeating: 0, count: 24).span)
        try writer.finish()
        let trainer = try TrainingFixture().trainer(world)
        let error = try #require(throws: FileError.self) {
          try ModelFile.read(SafetensorsReader(path: path), into: trainer.network.parameters)
        }
        #expect(error.exitCode == 65)
        #expect(error.description.contains("dense_1.weight"))
      }
    }
  }
}
