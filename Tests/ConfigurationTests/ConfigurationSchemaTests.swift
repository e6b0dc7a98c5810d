import Foundation
import Testing

@testable import Configuration

@Suite struct ConfigurationSchemaTests {
  @Test func theCommittedSchemaIsTheGeneratedOne() throws {
    try Repository.expectFile("configs/schema.json", holds: ConfigurationSchema.jsonSchema())
  }

  @Test func theSchemaIsJSONAndHasEveryKey() throws {
    let json = try JSONSerialization.jsonObject(with: Data(ConfigurationSchema.jsonSchema().utf8))
    let root = try #require(json as? [String: Any])
    let properties = try #require(root["properties"] as? [String: Any])
    let keys = RunConfiguration.section.fields.map(\.key)
    #expect(Set(properties.keys) == Set(keys + ["loss", "normalize"]))
    #expect((properties["loss"] as? [String: Any])?["deprecated"] as? Bool == true)
    #expect(
      Set(try #require(root["required"] as? [String]))
        == ["data", "model", "optimizer"])
    let rules = try #require(root["allOf"] as? [[String: [[String: [String]]]]])
    #expect(rules == [["anyOf": [["required": ["objective"]], ["required": ["loss"]]]]])
    let definitions = try #require(root["$defs"] as? [String: Any])
    #expect(
      Set(definitions.keys) == [
        "layer", "activation", "initializer", "objective", "metric", "optimizer",
        "preprocessing_step", "augmentation", "schedule", "constraint", "recurrent_layer",
        "pretraining",
      ])
  }
}
