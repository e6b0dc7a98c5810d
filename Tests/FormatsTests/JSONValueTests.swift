import Testing

@testable import Formats

@Suite struct JSONValueTests {
  @Test func valuesAreReachedByName() {
    let value: JSONValue = ["a": 1, "b": ["c": "x", "d": 0.5], "e": [true], "f": .integer(.max)]
    #expect(value["a"]?.int == 1)
    #expect(value["a"]?.double == 1)
    #expect(value["b"]?["c"]?.string == "x")
    #expect(value["b"]?["d"]?.double == 0.5)
    #expect(value["b"]?["d"]?.int == nil)
    #expect(value["e"]?.array?.first?.bool == true)
    #expect(value["missing"] == nil)
    #expect(value["a"]?.string == nil)
  }

  @Test func objectsKeepTheOrderOfTheirNames() {
    var object: JSONObject = ["z": 1, "a": 2, "m": 3]
    object["a"] = 4
    object["b"] = 5
    object["z"] = nil
    #expect(object.keys == ["a", "m", "b"])
    #expect(object.members.map(\.value) == [4, 3, 5])
    #expect(object.count == 3)
    object["z"] = 6
    #expect(object.keys == ["a", "m", "b", "z"])
  }
}
