/// What is wrong with a sample.
public struct SampleFlaw: Hashable, Sendable {
  /// Its number.
  public let sample: Int
  /// What it has or is, and what should be done, such as `has the target 2; hinge needs 0 or 1`.
  public let text: String

  /// The flaw `text` of a sample.
  public init(sample: Int, text: String) {
    self.sample = sample
    self.text = text
  }

  /// The flaw of a sample of what messages call `name`.
  public func error(_ name: String) -> DatasetError {
    DatasetError(.badContent, "\(name): sample \(sample) \(text)")
  }
}
