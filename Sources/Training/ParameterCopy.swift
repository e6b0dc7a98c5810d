import Formats
import Models
import Tensors

/// A parameter that takes its values from a tensor of a file, whatever that is called there.
public struct ParameterCopy {
  /// The file.
  public var source: SafetensorsReader
  /// The tensor's name.
  public var tensor: String
  /// The parameter's name.
  public var parameter: String

  /// The parameter `parameter` from `tensor` of `source`.
  public init(_ parameter: String, from tensor: String, of source: SafetensorsReader) {
    self.source = source
    self.tensor = tensor
    self.parameter = parameter
  }

  /// Copies the values.
  ///
  /// - Precondition: `store` has such a parameter.
  /// - Throws: `FileError` where the tensor is absent or of another shape.
  func read(into store: ParameterStore) throws(FileError) {
    guard let entry = store.entry(parameter) else {
      preconditionFailure("there is no parameter \(parameter)")
    }
    let plain = FloatStorage(count: entry.spec.shape.count)
    var values = plain.mutableSpan
    try source.read(tensor, shape: entry.spec.shape, into: &values)
    store.write(plain.span, to: entry)
  }
}
