import Configuration
import Datasets
import Plotting
import Tensors
import Training

/// A picture of training samples: as they are, and below them as the first epochs see them.
struct AugmentedPicture {
  /// The samples, side by side.
  private static let samples = 10
  /// The epochs, one below the other.
  private static let epochs = 5

  private let image: PNGImage
  /// One line that says what the picture shows.
  let caption: String

  /// The first training samples of `plan`.
  ///
  /// - Throws: ``ConfigurationError`` where nothing is changed or samples are no images, `DatasetError`
  ///   where they can't be read.
  init(_ plan: RunPlan) throws {
    guard let augmentation = plan.augmentation else {
      throw ConfigurationError(
        at: nil, "data.augment is empty, so that there is nothing to show; list augmentations in it"
      )
    }
    let source = augmentation.source
    let shape = source.schema.inputShape
    guard shape.count == 2 || shape.count == 3 else {
      throw ConfigurationError(
        at: nil, "--show-augmented needs images, but a sample is \(Shape(shape))")
    }
    let extents = ImageShape(shape)
    let indices = Array(0..<min(AugmentedPicture.samples, source.count))
    let batch = Batch(
      capacity: indices.count, inputWidth: extents.count,
      targetWidth: plan.evaluation.targetWidth, targetForm: plan.evaluation.targetForm)
    var values: [Float] = []
    try source.read(indices.span, into: batch)
    values += batch.inputs.array
    let augmenter = Augmenter(augmentation)
    for epoch in 0..<AugmentedPicture.epochs {
      try augmenter.read(indices.span, epoch: epoch, into: batch, rescales: false)
      values += batch.inputs.array
    }
    // Of images that are neither gray nor colored, the first channel.
    let isColored = extents.channels == 3
    if !isColored {
      values = stride(from: 0, to: values.count, by: extents.count).flatMap {
        values[$0..<$0 + extents.plane]
      }
    }
    var grid = ImageGrid(
      width: extents.width, height: extents.height, channels: isColored ? .rgb : .gray,
      columns: indices.count)
    grid.zoom = max(1, 64 / max(extents.width, extents.height))
    grid.gap = 2
    image = grid.picture(of: values.span, range: try AugmentationPlan.range(of: source))
    caption =
      "\(indices.count) training samples, as they are and below in the epochs 1 to"
      + " \(AugmentedPicture.epochs)"
  }

  /// Writes the picture to `path`, atomically.
  func write(to path: String) throws { try Picture.write(try image.encoded(), to: path) }
}
