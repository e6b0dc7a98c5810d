import Tensors

extension Subset {
  /// As many samples of `base` as it has, drawn with replacement: about 63 % of them, some several
  /// times.
  ///
  /// Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7(1), 1979;
  /// Breiman, "Bagging Predictors", Machine Learning 24, 1996, of ensembles of such samples.
  public static func bootstrap(_ base: any GatheringDataset, key: RandomKey) -> Subset {
    Subset(base, drawnIntegers(below: base.count, count: base.count, key: key))
  }
}
