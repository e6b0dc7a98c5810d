import Testing

@testable import Datasets

@Suite struct DecimalNumberTests {
  private func reading(_ text: String) -> DecimalNumber.Reading {
    DecimalNumber.read(Array(text.utf8)[...])
  }

  @Test func numbersAreCorrectlyRounded() {
    var texts = [
      "0", "-0", "1", "+1", "007", ".5", "5.", "-2.5e3", "1E5", "1e+5", "1e-5", "0.1", "3.14159",
      "123456789012345", "1234567890123456789", "9007199254740993", "0.30000000000000004", "1e22",
      "1e23", "1e-22", "1e-23", "4.9e-324", "1e-400", "1.7976931348623157e308", "0.000000000001",
      "100000000000000000000000000000", "0e999999999999",
    ]
    var bits: UInt64 = 1
    for _ in 0..<2000 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      texts.append("\(Double(Int64(truncatingIfNeeded: bits >> 20)) * 1e-9)")
      texts.append("\(bits >> 40).\(bits & 0xfff)e-\(bits % 30)")
    }
    for text in texts {
      guard let expected = Double(text) else {
        Issue.record("\(text) is no number to the standard library")
        continue
      }
      #expect(reading(text) == .number(expected), "\(text)")
    }
  }

  @Test func textsAreNoNumbers() {
    for text in [
      "", " ", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "0x10", "1 2", "abc", "12a", "--1",
      "1e5x", "nano", "infinit", "?",
    ] {
      #expect(reading(text) == .text, "\(text)")
    }
  }

  @Test func whatIsNotFiniteIsTold() {
    for text in ["nan", "NaN", "-inf", "Infinity", "+INF", "1e309", "-1e999999999999"] {
      #expect(reading(text) == .notFinite, "\(text)")
    }
  }

  @Test func namesAreSortedByValueWhereTheyAreNumbers() {
    #expect(sortedNames(["10", "9", "-1", "2.5"]) == ["-1", "2.5", "9", "10"])
    #expect(sortedNames(["b", "10", "9"]) == ["10", "9", "b"])
    #expect(sortedNames([]) == [])
  }
}
