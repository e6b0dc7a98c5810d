import Datasets
import Tensors
import Training

/// What can be measured and can predict: a saved model, or several together.
public protocol Predictor: AnyObject {
  /// The figures on all samples of `data`, measured by all ranks together.
  func figures(on data: any Dataset) throws -> Figures

  /// Computes the outputs for all samples of `data`, chunk after chunk, on this rank alone.
  ///
  /// `use` gets as many samples' outputs, row after row, as its second argument says.
  func predict(_ data: any Dataset, _ use: (Span<Float>, Int) throws -> Void) throws
}

extension TrainedModel: Predictor {}
