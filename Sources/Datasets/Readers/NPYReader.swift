import Zlib

/// NumPy's array files (NPY), plain or gzip: samples along the first axis.
public enum NPYReader {
  /// Reads the samples of `inputs`, with the targets of `targets` and the weights of `weights`
  /// where there are any.
  ///
  /// The shape of a sample is the array's without the first extent; a vector of numbers is samples
  /// of one feature.
  public static func read(
    inputs: String, targets: String?, weights: String? = nil, kind: TargetKind = .automatic,
    declared: TargetDescription? = nil, limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> ArrayDataset {
    let source = try open(inputs)
    let stored =
      if let targets {
        try open(targets).targets(kind, declared: declared)
      } else {
        StoredTargets.absent
      }
    return try dataset(
      inputs, source, stored, weights.map { (path) throws(DatasetError) in try open(path) }, limits)
  }

  static func dataset(
    _ name: String, _ source: ArraySource, _ targets: StoredTargets, _ weights: ArraySource?,
    _ limits: ReadLimits
  ) throws(DatasetError) -> ArrayDataset {
    let shape = source.shape.count == 1 ? [1] : Array(source.shape.dropFirst())
    if let weights, weights.width != 1 {
      throw DatasetError(
        .badContent,
        "\(weights.name) holds \(weights.width) weights per sample; there must be one each")
    }
    return try ArrayDataset(
      name, rows: source.rows(limits), inputShape: shape, targets: targets,
      weights: weights.map { (source) throws(DatasetError) in try source.floats() })
  }

  private static func open(_ path: String) throws(DatasetError) -> ArraySource {
    let file = try InputFile.forData(path)
    guard file.size > 0 else { throw DatasetError(.badContent, "\(path) is empty") }
    let stream = try file.stream()
    let header = try NPYHeader(stream, path)
    return try ArraySource(
      path, file: file, stream: stream, headerSize: header.size, element: header.element,
      shape: header.shape)
  }
}
