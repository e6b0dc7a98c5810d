import Configuration
import Datasets
import Plotting
import Tensors
import Training

/// Samples of a set as images, with the values that the data had before preprocessing.
struct SampleImages {
  private let data: any GatheringDataset
  private let extents: ImageShape
  private let preprocessing: Preprocessing

  /// The images of `data`, prepared by `preprocessing`; nil where samples are no images.
  init?(_ data: any GatheringDataset, _ preprocessing: Preprocessing) {
    let shape = preprocessing.outputShape
    guard shape.count == 2 || shape.count == 3, preprocessing.columns == nil,
      data.schema.parts == nil, shape.reduce(1, *) == data.inputWidth
    else { return nil }
    self.data = data
    self.preprocessing = preprocessing
    extents = ImageShape(shape)
  }

  private var channels: PNGImage.Channels { extents.channels == 3 ? .rgb : .gray }

  /// The values of the images, one after the other; of images that are neither gray nor colored, the first
  /// channel.
  private func values(_ indices: [Int]) throws -> [Float] {
    var values = [Float](repeating: 0, count: indices.count * extents.count)
    var span = values.mutableSpan
    try data.gatherInputs(indices.span, into: &span, rescaling: nil)
    if !preprocessing.isIdentity {
      let rescaling = preprocessing.rescaling
      for i in values.indices {
        let group = i % extents.count / rescaling.plane
        let (shift, scale) = (rescaling.shift[group], rescaling.scale[group])
        values[i] = scale == 0 ? shift : values[i] / scale + shift
      }
    }
    guard channels == .gray, extents.channels > 1 else { return values }
    return stride(from: 0, to: values.count, by: extents.count).flatMap {
      values[$0..<$0 + extents.plane]
    }
  }

  /// The samples `indices` as one picture, ten in a row.
  ///
  /// - Precondition: there is at least one.
  func grid(_ indices: [Int]) throws -> PNGImage {
    let values = try values(indices)
    return grid(columns: min(10, indices.count)).picture(of: values.span, range: range(values))
  }

  /// Each of the samples `indices` as a picture of its own.
  func each(_ indices: [Int]) throws -> [PNGImage] {
    let values = try values(indices)
    let range = range(values)
    let size = values.count / max(1, indices.count)
    var grid = grid(columns: 1)
    grid.gap = 0
    return indices.indices.map { place in
      grid.picture(of: Array(values[place * size..<(place + 1) * size]).span, range: range)
    }
  }

  private func range(_ values: [Float]) -> ClosedRange<Float> {
    let finite = values.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    return low...max(low, high)
  }

  private func grid(columns: Int) -> ImageGrid {
    var grid = ImageGrid(
      width: extents.width, height: extents.height, channels: channels, columns: columns)
    grid.zoom = max(1, 64 / max(extents.width, extents.height))
    grid.gap = 2
    return grid
  }
}
