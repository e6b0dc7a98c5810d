import Datasets
import Objectives

extension RunConfiguration {
  /// `source` as the readers take it, with files below the data's root, and targets understood as
  /// the objective needs them.
  public func spec(of source: SourceConfiguration) -> DataSourceSpec {
    data.spec(of: source, targets: targetKind)
  }

  /// How targets are to be understood.
  ///
  /// Cross-entropies and hinges ask for classes, so that labels such as 2 and 4 become 0 and 1; with
  /// several numbers per sample each is a question or a share of its own. Counts and the like are
  /// numbers. Other errors take numbers as they are, and classes where a format holds nothing else.
  public var targetKind: TargetKind {
    switch objective.targetDomain {
    case .any: .automatic
    case .nonNegative: .values
    case .distribution: objective.targetForm == .classIndex ? .classes : .classesOrRows
    case .unit, .signs: .answers
    }
  }
}
