import Datasets

extension DataConfiguration {
  /// The source in the terms of the readers, its files below the root.
  ///
  /// - Throws: ``ConfigurationError`` where the format can't be told from the suffix.
  func spec(
    _ source: SourceConfiguration, hasClasses: Bool
  ) throws(ConfigurationError) -> DataSourceSpec {
    let kind: TargetKind = hasClasses ? .classes : .values
    return DataSourceSpec(try format(source), targets: kind, take: source.take)
  }

  private func format(
    _ source: SourceConfiguration
  ) throws(ConfigurationError) -> DataSourceSpec.Format {
    let paths = (source.paths ?? []).map(path)
    let inputs = source.inputs ?? source.paths?.first ?? ""
    let deduced = DataSourceSpec.format(ofPath: source.paths?.first ?? inputs)
    let name = source.format.flatMap { DataSourceSpec.FormatName(rawValue: $0.rawValue) }
    guard let format = name ?? deduced else {
      throw ConfigurationError(
        at: nil, "data: the format of \(inputs) can't be told from its suffix; add format:")
    }
    switch format {
    case .idx:
      return .idx(inputs: path(inputs), targets: source.targets.map(path))
    case .npy:
      return .npy(inputs: path(inputs), targets: source.targets.map(path))
    case .npz:
      return .npz(
        path: paths.first ?? "", inputs: source.inputs ?? "inputs",
        targets: source.targets ?? "targets")
    case .csv: return .csv(path: paths.first ?? "", options: csvOptions(source))
    case .cifar10: return .cifar10(paths: paths)
    case .digits: return .digits
    case .synthetic:
      return .synthetic(
        SyntheticDataset(
          inputShape: source.shape ?? [1], targets: .classes(source.classes ?? 2),
          count: source.count ?? 1024, seed: source.seed ?? 1))
    }
  }

  private func csvOptions(_ source: SourceConfiguration) -> CSVOptions {
    func reference(_ column: SourceConfiguration.Column) -> CSVOptions.ColumnReference {
      switch column {
      case .name(let name): .name(name)
      case .index(let index): .index(index)
      }
    }
    let wantsCategories = preprocess.contains(.oneHot)
    var options = CSVOptions(
      header: source.header ?? false, separator: source.separator ?? ",",
      targets: source.target.map { $0.map(reference) } ?? [.index(-1)],
      columns: source.columns.map { $0.map(reference) },
      categorical: wantsCategories ? .automatic : .none)
    switch source.missing {
    case .error, nil: options.missing = .error
    case .drop: options.missing = .drop
    case .mean: options.missing = .mean
    case .text(let text): options.setMissing(text)
    }
    return options
  }
}
