import Zlib

/// NumPy's array files (NPY), plain or gzip: samples along the first axis.
public enum NPYReader {
  /// Reads the samples of `inputs`, or of the files `parts` as inputs by name, with the targets of
  /// `targets` and the weights of `weights` where there are any.
  ///
  /// The shape of a sample is the array's without the first extent; a vector of numbers is samples
  /// of one feature.
  public static func read(
    inputs: String, parts: [DataSourceSpec.Part]? = nil, targets: String?,
    weights: String? = nil, lengths: String? = nil, kind: TargetKind = .automatic,
    declared: TargetDescription? = nil, firstLabel: Int = 0, limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> ArrayDataset {
    let sources = try ArraySource.all(parts, inputs) { (path) throws(DatasetError) in
      try open(path)
    }
    let stored =
      if let targets {
        try open(targets).targets(kind, declared: declared, firstLabel: firstLabel)
      } else {
        StoredTargets.absent
      }
    return try dataset(
      inputs, sources, names: parts?.map(\.name), stored,
      weights.map { (path) throws(DatasetError) in try open(path) },
      lengths.map { (path) throws(DatasetError) in try open(path) }, limits)
  }

  static func dataset(
    _ name: String, _ sources: [ArraySource], names: [String]?, _ targets: StoredTargets,
    _ weights: ArraySource?, _ lengths: ArraySource?, _ limits: ReadLimits
  ) throws(DatasetError) -> ArrayDataset {
    if let weights, weights.width != 1 {
      throw DatasetError(
        .badContent,
        "\(weights.name) holds \(weights.width) weights per sample; there must be one each")
    }
    let numbers = try weights.map { (source) throws(DatasetError) in try source.floats() }
    guard let names else {
      let (rows, shape) = (try sources[0].rows(limits), sources[0].sampleShape)
      return try ArrayDataset(
        name,
        rows: try lengths.map { (lengths) throws(DatasetError) in
          try PaddedRows(rows, name, shape: shape, lengths: lengths)
        } ?? rows, inputShape: shape, targets: targets, weights: numbers, isPadded: lengths != nil)
    }
    if let other = sources.first(where: { $0.count != sources[0].count }) {
      throw DatasetError(
        .badContent,
        "\(sources[0].name) holds \(sources[0].count) samples but \(other.name) \(other.count); do the"
          + " arrays belong together?")
    }
    // Together they may take as much memory as one array.
    let share = ReadLimits(inMemory: limits.inMemory / sources.count, unpacked: limits.unpacked)
    var rows: [any InputRows] = []
    for source in sources { rows.append(try source.rows(share)) }
    let joined = JoinedRows(rows)
    return try ArrayDataset(
      name, rows: joined, inputShape: [joined.width], targets: targets, weights: numbers,
      parts: zip(names, sources).map { DataSchema.Part(name: $0, shape: $1.sampleShape) })
  }

  private static func open(_ path: String) throws(DatasetError) -> ArraySource {
    let file = try InputFile.forData(path)
    guard file.size > 0 else { throw DatasetError(.badContent, "\(path) is empty") }
    let stream = try file.stream()
    let header = try NPYHeader(stream, path)
    return try ArraySource(
      path, file: file, stream: stream, headerSize: header.size, element: header.element,
      shape: header.shape, isFortran: header.isFortran)
  }
}
