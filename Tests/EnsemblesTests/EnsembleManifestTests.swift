import Ensembles
import Formats
import Testing
import _TestSupport

@Suite struct EnsembleManifestTests {
  @Test func whatIsWrittenIsRead() throws {
    try withTemporaryFolder { folder in
      let manifest = EnsembleManifest(
        .validationWeights,
        members: [
          .init(file: "snapshots/cycle-1.safetensors", digest: "ab", weight: 0.25),
          .init(file: "b.safetensors", weight: 0.75),
        ])
      let path = try folder.write(manifest.json.serialized(pretty: true), to: "ensemble.json")
      #expect(try EnsembleManifest(path: path) == manifest)
    }
  }

  @Test(arguments: [
    ("", "is no JSON"), ("[1]", "is no ensemble of nntrain"), ("{}", "is no ensemble of nntrain"),
    (#"{"nntrain_ensemble": 2}"#, "has the ensemble format 2"),
    (#"{"nntrain_ensemble": 1}"#, "combine must be one of mean, geometric_mean"),
    (#"{"nntrain_ensemble": 1, "combine": "median"}"#, "combine must be one of"),
    (#"{"nntrain_ensemble": 1, "combine": "mean"}"#, "names no members"),
    (#"{"nntrain_ensemble": 1, "combine": "mean", "members": []}"#, "names no members"),
    (#"{"nntrain_ensemble": 1, "combine": "mean", "members": [{}]}"#, "member 1 has no file"),
    (
      #"{"nntrain_ensemble": 1, "combine": "validation_weights", "members": [{"file": "a"}]}"#,
      "member 1 (a) has no weight above 0"
    ),
    (
      #"{"nntrain_ensemble": 1, "combine": "weighted_majority", "members": [{"file": "a", "weight": 1e308}, {"file": "b", "weight": 1e308}]}"#,
      "add up to more than a number can hold"
    ),
  ])
  func whatIsNoneSaysWhy(text: String, words: String) throws {
    try withTemporaryFolder { folder in
      let path = try folder.write(text, to: "ensemble.json")
      let error = try #require(throws: FileError.self) { try EnsembleManifest(path: path) }
      #expect(error.kind == .badContent && error.description.hasPrefix(path))
      #expect(error.description.contains(words), "\(error)")
    }
  }

  @Test func aFileOfModelsIsNotReadWhole() throws {
    try withTemporaryFolder { folder in
      let path = try folder.write(
        String(repeating: " ", count: JSONFile.limit + 1), to: "ensemble.json")
      let error = try #require(throws: FileError.self) { try EnsembleManifest(path: path) }
      #expect(error.kind == .badContent)
      #expect(throws: FileError.self) { try EnsembleManifest(path: folder.path("absent.json")) }
    }
  }
}
