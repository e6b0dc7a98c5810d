import Zlib

/// NumPy's archives of named arrays (NPZ): a ZIP file of NPY members, stored or deflated.
public enum NPZReader {
  /// Reads the array called `inputs`, or the arrays `parts` as inputs by name, and, where given, the
  /// targets called `targets` and the weights called `weights`.
  public static func read(
    path: String, inputs: String, parts: [DataSourceSpec.Part]? = nil, targets: String?,
    weights: String? = nil, lengths: String? = nil, kind: TargetKind = .automatic,
    declared: TargetDescription? = nil, firstLabel: Int = 0, limits: ReadLimits = ReadLimits()
  ) throws(DatasetError) -> ArrayDataset {
    let archive = try ZipArchive(path)
    let sources = try ArraySource.all(parts, inputs) { (array) throws(DatasetError) in
      try open(archive, array)
    }
    let stored =
      if let targets {
        try open(archive, targets).targets(kind, declared: declared, firstLabel: firstLabel)
      } else {
        StoredTargets.absent
      }
    return try NPYReader.dataset(
      parts == nil ? "\(path)[\(inputs)]" : path, sources, names: parts?.map(\.name), stored,
      weights.map { (name) throws(DatasetError) in try open(archive, name) },
      lengths.map { (name) throws(DatasetError) in try open(archive, name) }, limits)
  }

  private static func open(
    _ archive: ZipArchive, _ array: String
  ) throws(DatasetError) -> ArraySource {
    let name = "\(archive.file.path)[\(array)]"
    guard let member = archive.members["\(array).npy"] else {
      let arrays = archive.members.keys.filter { $0.hasSuffix(".npy") }.map { $0.dropLast(4) }
      throw DatasetError(
        .badRequest,
        "\(archive.file.path) holds no array \"\(array)\"; it holds "
          + (arrays.isEmpty ? "none" : listed(arrays.map(String.init).sorted())))
    }
    let offset = try archive.contentOffset(of: member)
    let stream = try archive.file.stream(
      range: offset..<offset + member.packedSize, deflated: member.isDeflated,
      checksum: member.checksum)
    let header = try NPYHeader(stream, name)
    return try ArraySource(
      name, file: archive.file, stream: stream, offset: offset, headerSize: header.size,
      element: header.element, shape: header.shape, isFortran: header.isFortran)
  }
}
