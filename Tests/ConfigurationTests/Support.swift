import Testing

@testable import Configuration

/// A small configuration that is right in every respect; tests change one thing of it.
let smallText = """
  seed: 7
  data: digits
  model:
    - flatten
    - dense: {units: 4, activation: relu}
    - dense: {name: output, units: 10, activation: softmax}
  objective: categorical_crossentropy
  optimizer: adam
  training: {epochs: 3, batch: 16}
  """

/// The configuration that `text` tells, in a file called `a.yaml`.
func load(_ text: String = smallText, _ overrides: String...) throws -> RunConfiguration {
  try ConfigurationLoader.load(
    text: text, source: "a.yaml", name: "a", folder: nil, overrides: overrides)
}

/// The error with which `text` and `overrides` fail, recorded as an issue where they do not.
func failure(
  _ text: String = smallText, _ overrides: [String] = [],
  sourceLocation: SourceLocation = #_sourceLocation
) -> ConfigurationError {
  do {
    _ = try ConfigurationLoader.load(
      text: text, source: "a.yaml", name: "a", folder: nil, overrides: overrides)
    Issue.record("the configuration is accepted", sourceLocation: sourceLocation)
    return ConfigurationError(at: nil, "accepted")
  } catch {
    return error
  }
}
