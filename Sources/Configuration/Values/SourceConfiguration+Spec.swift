import Datasets

extension DataConfiguration {
  /// `source` as the readers take it, with files below the root.
  ///
  /// - Parameter targets: how targets are to be understood, which the objective decides.
  public func spec(of source: SourceConfiguration, targets: TargetKind) -> DataSourceSpec {
    var spec = DataSourceSpec(
      format(of: source), targets: targets, weights: weights(of: source), take: source.take,
      parts: parts(of: source), lengths: lengths(of: source))
    spec.firstLabel = source.firstLabel ?? 0
    return spec
  }

  /// The file or array of lengths; a table has its column among its options.
  private func lengths(of source: SourceConfiguration) -> String? {
    guard source.format != .csv, let name = source.lengths?.column.text else { return nil }
    return source.format == .npy ? path(name) : name
  }

  /// The inputs by name; a table has its groups of columns among its options.
  private func parts(of source: SourceConfiguration) -> [DataSourceSpec.Part]? {
    guard source.format != .csv else { return nil }
    return source.parts?.map { part in
      let name = part.columns.first?.text ?? ""
      return DataSourceSpec.Part(
        name: part.name, source: source.format == .npy ? path(name) : name)
    }
  }

  /// The file or array of weights; a table has its column among its options.
  private func weights(of source: SourceConfiguration) -> String? {
    guard source.format != .csv, let weights = source.weights else { return nil }
    return source.format == .npy ? path(weights.text) : weights.text
  }

  private func format(of source: SourceConfiguration) -> DataSourceSpec.Format {
    let file = source.paths?.first ?? ""
    switch source.format {
    case .idx:
      return .idx(inputs: path(source.input ?? ""), targets: source.targets.map(path))
    case .npy:
      return .npy(inputs: path(source.input ?? ""), targets: source.targets.map(path))
    case .csv: return .csv(path: path(file), options: options(of: source))
    case .npz:
      return .npz(
        path: path(file), inputs: source.input ?? "inputs", targets: source.targets ?? "targets")
    case .cifar10: return .cifar10(paths: (source.paths ?? []).map(path))
    case .text: return .text(path: path(file), length: source.length ?? 0)
    case .digits: return .digits
    case .synthetic:
      let targets: SyntheticDataset.Targets =
        source.values.map { .values($0) } ?? .classes(source.classes ?? 2)
      return .synthetic(
        SyntheticDataset(
          inputShape: source.shape ?? [], targets: targets, count: source.count ?? 0,
          seed: source.seed ?? 1))
    case nil: preconditionFailure("a source without a format was not read from a configuration")
    }
  }

  private func options(of source: SourceConfiguration) -> CSVOptions {
    var options = CSVOptions()
    options.header = source.header ?? options.header
    options.separator = source.separator ?? options.separator
    options.targets = source.target ?? options.targets
    options.columns = source.columns
    options.groups = source.parts?.map { CSVOptions.Group(name: $0.name, columns: $0.columns) }
    options.weights = source.weights
    options.lengths = source.lengths
    options.isRagged = source.ragged == true ? true : nil
    options.window = source.window
    switch source.missing {
    case nil, .error: options.missing = .error
    case .drop: options.missing = .drop
    case .mean: options.missing = .mean
    case .text(let marker): options.setMissing(marker)
    case .marked(let policy, let markers):
      options.missing = policy
      options.missingMarkers += markers
    }
    // Columns of texts are inputs only where a step turns them into numbers.
    options.categorical = preprocess.contains(.oneHot) ? .automatic : .none
    if let columns = source.categorical { options.categorical = .columns(columns) }
    return options
  }
}

extension CSVOptions.ColumnReference {
  /// The name, or the number, as the name of a file or an array.
  public var text: String {
    switch self {
    case .name(let name): name
    case .index(let index): "\(index)"
    }
  }
}
