import Foundation
import Testing

@testable import Configuration

@Suite struct ConfigurationSchemaTests {
  @Test func theCommittedSchemaIsTheGeneratedOne() throws {
    try Repository.expectFile("configs/schema.json", holds: ConfigurationSchema.jsonSchema())
  }

  @Test("every integer has a smallest and a largest value")
  func integersHaveBounds() throws {
    var count = 0
    func walk(_ value: Any, _ path: String) {
      if let object = value as? [String: Any] {
        if object["type"] as? String == "integer" {
          count += 1
          #expect(object["minimum"] != nil && object["maximum"] != nil, "\(path)")
        }
        for (key, inner) in object { walk(inner, path + "/" + key) }
      } else if let list = value as? [Any] {
        for (index, inner) in list.enumerated() { walk(inner, path + "/\(index)") }
      }
    }
    walk(
      try JSONSerialization.jsonObject(with: Data(ConfigurationSchema.jsonSchema().utf8)), "")
    #expect(count > 250)
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
