import Testing
import _TestSupport

@testable import Configuration

@Suite struct ClassWeightsTests {
  /// The weights of the classes "1" and "2" for `entries` of `data.class_weights`.
  private func weights(_ entries: String) throws -> [Float]? {
    try withTemporaryFolder { folder in
      try folder.write("0.5,1\n0.25,2\n-1,2\n", to: "t.csv")
      let text = """
        data: {root: \(folder.path), train: {path: t.csv}, class_weights: {\(entries)}}
        model: [{dense: {units: 2, activation: softmax}}]
        objective: categorical_crossentropy
        optimizer: sgd
        """
      return try RunData(load(text)).classWeights
    }
  }

  @Test func aNameGoesBeforeANumber() throws {
    #expect(try weights("1: 3") == [3, 1])
    #expect(try weights("2: 5, 1: 3") == [3, 5])
    // No class is called 0, so that it is the number of the first one.
    #expect(try weights("0: 4") == [4, 1])
    #expect(try weights("0: 4, 2: 3") == [4, 3])
  }

  @Test(arguments: ["0: 1, 1: 5", "0: 5, 1: 1", "1: 1, 0: 1"])
  func twoKeysOfOneClassAreRefused(entries: String) throws {
    let error = #expect(throws: ConfigurationError.self) { _ = try weights(entries) }
    #expect(error?.exitCode == 78)
    let message = error?.description ?? ""
    for words in ["\"0\" by its number", "\"1\" by its name", "the class \"1\"", "0 to 1"] {
      #expect(message.contains(words), "\(message)")
    }
  }
}
