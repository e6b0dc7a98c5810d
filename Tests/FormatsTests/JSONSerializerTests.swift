import Testing

@testable import Formats

@Suite struct JSONSerializerTests {
  static let texts: [(JSONValue, String)] = [
    (nil, "null"), (true, "true"), (-5, "-5"), (.integer(.min), "-9223372036854775808"),
    (0.1, "0.1"), (.number(1), "1.0"), (.number(-0.0), "-0.0"), (.number(1e300), "1e+300"),
    (.number(.nan), "null"), (.number(.infinity), "null"), (.number(-.infinity), "null"),
    (JSONValue(Float(0.1)), "0.1"), (JSONValue(Float.nan), "null"),
    (JSONValue(Float.greatestFiniteMagnitude), "3.4028235e+38"),
    ("a\"\\\n\r\t\u{1}\u{1F}/ä😀", #""a\"\\\n\r\t\u0001\u001f/ä😀""#),
    ([1, [2, []], [:]], "[1,[2,[]],{}]"), (["b": 1, "a": "x"], #"{"b":1,"a":"x"}"#),
  ]

  @Test(arguments: texts)
  func valuesAreWrittenOnOneLine(value: JSONValue, text: String) {
    #expect(value.serialized() == text)
  }

  @Test func prettyTextHasOneMemberALine() {
    let value: JSONValue = ["a": 1, "b": [1, 2], "c": [["d": "x"]], "e": [:]]
    #expect(
      value.serialized(pretty: true) == """
        {
          "a": 1,
          "b": [1, 2],
          "c": [
            {
              "d": "x"
            }
          ],
          "e": {}
        }
        """)
  }

  @Test func randomValuesComeBack() throws {
    var generator = SplitMix(state: 7)
    for _ in 0..<500 {
      let value = randomValue(depth: 4, &generator)
      #expect(try JSONValue(parsing: value.serialized()) == value)
      #expect(try JSONValue(parsing: value.serialized(pretty: true)) == value)
    }
  }

  @Test func everyBitOfADoubleComesBack() throws {
    var generator = SplitMix(state: 3)
    for _ in 0..<5000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      let back = try JSONValue(parsing: JSONValue(number).serialized()).double
      #expect(back?.bitPattern == number.bitPattern)
      let single = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      guard single.isFinite else { continue }
      let backSingle = try JSONValue(parsing: JSONValue(single).serialized()).double.map(Float.init)
      #expect(backSingle?.bitPattern == single.bitPattern)
    }
  }

  private func randomValue(depth: Int, _ generator: inout SplitMix) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
    case 0: return nil
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .integer(Int64(bitPattern: generator.next()))
    case 3: return .number(Double.random(in: -1e6...1e6, using: &generator))
    case 4: return .string(randomText(&generator))
    case 5:
      return .array(
        (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
          randomValue(depth: depth - 1, &generator)
        })
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0..<4, using: &generator) {
        object[randomText(&generator)] = randomValue(depth: depth - 1, &generator)
      }
      return .object(object)
    }
  }

  private func randomText(_ generator: inout SplitMix) -> String {
    let letters: [Character] = ["a", "\"", "\\", "\n", "\u{1}", "ä", "😀", "/", "\u{7F}", "中"]
    return String(
      (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
        letters.randomElement(using: &generator) ?? "x"
      })
  }
}

/// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014: the same numbers in
/// every run of a test.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
