import Foundation
import Testing

@testable import Configuration

@Suite struct ConfigurationReferenceTests {
  @Test func theManualEndsWithTheGeneratedReference() throws {
    let mark = "<!-- From here on generated from the declarations of the keys. -->\n\n"
    let text = try Repository.text("docs/configuration.md")
    let end = try #require(text.range(of: mark)?.upperBound, "the file lacks the line \(mark)")
    try Repository.expectFile(
      "docs/configuration.md",
      holds: String(text[..<end]) + ConfigurationReference.markdown())
  }

  @Test func theExampleOfTheManualLoads() throws {
    let text = try Repository.text("docs/configuration.md")
    let start = try #require(text.range(of: "```yaml\n")?.upperBound)
    let end = try #require(text.range(of: "```", range: start..<text.endIndex)?.lowerBound)
    #expect(try load(String(text[start..<end])).model.layers.count == 2)
  }

  @Test func theReferenceHasEveryKeyAndName() {
    let text = ConfigurationReference.markdown()
    var seen: Set<String> = []
    func check(_ grammar: Grammar) {
      switch grammar {
      case .scalar: break
      case .list(let list): check(list.element())
      case .section(let section):
        for field in section.fields {
          #expect(text.contains("| `\(field.key)` |"), "\(field.key)")
          check(field.grammar())
        }
      case .choice(let choice):
        guard seen.insert(choice.noun).inserted else { return }
        for method in choice.methods {
          for name in method.names { #expect(text.contains("`\(name)`"), "\(name)") }
          check(.section(method.settings))
        }
      }
    }
    check(RunConfiguration.grammar)
    #expect(seen.count == 12)
  }
}
