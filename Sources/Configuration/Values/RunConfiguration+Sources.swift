import Datasets
import Objectives

extension RunConfiguration {
  /// `source` as the readers take it, with files below the data's root, and targets understood as
  /// the objective needs them.
  public func spec(of source: SourceConfiguration) -> DataSourceSpec {
    data.spec(of: source, targets: targetKind(of: source))
  }

  /// How the targets of `source` are to be understood.
  ///
  /// Cross-entropies ask for classes, so that labels such as 2 and 4 become 0 and 1; with several
  /// target columns the binary one asks a question per column. A squared error takes numbers as
  /// they are, and classes where a format holds nothing else.
  public func targetKind(of source: SourceConfiguration) -> TargetKind {
    switch objective {
    case is MeanSquaredError: .automatic
    case is BinaryCrossEntropy where (source.target?.count ?? 1) > 1: .values
    default: .classes
    }
  }
}
