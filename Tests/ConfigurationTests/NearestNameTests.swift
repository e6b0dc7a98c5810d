import Testing

@testable import Configuration

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("", "", 0), ("units", "units", 0), ("unitz", "units", 1), ("units", "unit", 1),
    ("adm", "adam", 1), ("unist", "units", 1), ("kitten", "sitting", 3), ("", "abc", 3),
    ("ca", "abc", 3),
  ])
  func distanceCountsEdits(first: String, second: String, expected: Int) {
    #expect(NearestName.distance(first, second) == expected)
    #expect(NearestName.distance(second, first) == expected)
  }

  @Test func nearNamesAreProposed() {
    let names = ["units", "activation", "use_bias", "kernel", "learning_rate"]
    #expect(NearestName.nearest(to: "unitz", among: names) == "units")
    #expect(NearestName.nearest(to: "Activation", among: names) == "activation")
    #expect(NearestName.nearest(to: "kernel_size", among: names) == "kernel")
    #expect(NearestName.nearest(to: "learnig_rate", among: names) == "learning_rate")
  }

  @Test func distantNamesAreNot() {
    #expect(NearestName.nearest(to: "zebra", among: ["units", "activation"]) == nil)
    #expect(NearestName.nearest(to: "x", among: []) == nil)
    #expect(NearestName.nearest(to: String(repeating: "a", count: 100_000), among: ["a"]) == nil)
  }
}
