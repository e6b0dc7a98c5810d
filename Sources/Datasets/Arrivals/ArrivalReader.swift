/// Makes samples of files and lines that arrive while a network learns: the same columns, categories,
/// classes and preprocessing as the data that it was set up by.
public struct ArrivalReader {
  /// What the samples mean.
  public let schema: DataSchema
  /// The source by which the network was set up; the format and the options are its.
  public let template: DataSourceSpec
  /// Whether records that are wrong are left out and counted; otherwise they are errors.
  public let skipsMalformed: Bool
  /// Prepares samples as those of the training part were.
  private let prepare: (any GatheringDataset) throws -> any GatheringDataset
  /// Finds the first prepared sample from a number on that can't be learnt from.
  private let flaw: (any GatheringDataset, Int) throws -> SampleFlaw?

  /// A reader of samples like those of `template`.
  ///
  /// - Parameters:
  ///   - skipsMalformed: Whether records that are wrong are left out and counted.
  ///   - prepare: Prepares samples as those of the training part were.
  ///   - flaw: Finds the first prepared sample from a number on that can't be learnt from.
  public init(
    schema: DataSchema, template: DataSourceSpec, skipsMalformed: Bool,
    prepare: @escaping (any GatheringDataset) throws -> any GatheringDataset,
    flaw: @escaping (any GatheringDataset, Int) throws -> SampleFlaw?
  ) {
    self.schema = schema
    self.template = template
    self.skipsMalformed = skipsMalformed
    self.prepare = prepare
    self.flaw = flaw
  }

  /// Whether a file of this name has the format of the template; others are left alone.
  public func takes(file name: String) -> Bool {
    switch (template.format, DataSourceSpec.format(ofPath: name)) {
    case (.csv, .csv), (.npz, .npz), (.cifar10, .cifar10): true
    default: false
    }
  }

  /// The samples of the file at `path`.
  public func read(file path: String) throws -> ArrivedPiece {
    var piece = ArrivedPiece()
    do throws(DatasetError) {
      if case .csv(_, let options) = template.format, let table = schema.table {
        piece = try CSVReader.arrived(
          path: path, table: table, weights: options.weights, skipsMalformed: skipsMalformed,
          limits: template.limits)
      } else {
        piece.data = try spec(of: path).open(matching: schema)
      }
    } catch {
      // A file that has gone or may not be read is no record that is wrong.
      guard skipsMalformed, error.kind != .unreadable else { throw error }
      piece.leaveOut(error)
    }
    return try prepared(piece, path)
  }

  /// The names of the columns, where the first line of all that arrives holds them.
  public func names(header line: [UInt8], path: String) throws(DatasetError) -> [String] {
    guard let table = schema.table else { return [] }
    return try CSVReader.fields(line: line, path: path, options: table.options)
  }

  /// The samples of whole lines that have arrived on `path`, numbered from `line` on.
  ///
  /// - Precondition: The template is a table.
  public func read(
    lines: [UInt8], path: String, line: Int, names: [String]?
  ) throws -> ArrivedPiece {
    guard let table = schema.table, case .csv(_, let options) = template.format else {
      preconditionFailure("lines arrive for a source that is no table")
    }
    let piece = try CSVReader.arrived(
      lines: lines, path: path, line: line, names: names, table: table, weights: options.weights,
      skipsMalformed: skipsMalformed)
    return try prepared(piece, path)
  }

  private func prepared(_ piece: ArrivedPiece, _ path: String) throws -> ArrivedPiece {
    guard let raw = piece.data else { return piece }
    var piece = piece
    let data = try prepare(raw)
    var good: [Int] = []
    var start = 0
    while let flaw = try flaw(data, start) {
      let error =
        piece.lines.isEmpty
        ? flaw.error(path)
        : DatasetError(.badContent, "\(path):\(piece.lines[flaw.sample]): the record \(flaw.text)")
      guard skipsMalformed else { throw error }
      piece.leaveOut(error)
      good += start..<flaw.sample
      start = flaw.sample + 1
    }
    good += start..<data.count
    piece.data = good.isEmpty ? nil : good.count == data.count ? data : Subset(data, good)
    return piece
  }

  private func spec(of path: String) -> DataSourceSpec {
    var spec = template
    spec.take = nil
    switch template.format {
    case .npz(_, let inputs, let targets):
      spec.format = .npz(path: path, inputs: inputs, targets: targets)
    case .cifar10: spec.format = .cifar10(paths: [path])
    default: preconditionFailure("\(template.name) is not one file")
    }
    return spec
  }
}
