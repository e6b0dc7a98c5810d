import OneDNN
import Tensors

extension MemoryDescriptor {
  /// `rows` samples of `shape` in plain order.
  ///
  /// A sequence `[channels, length]` lies as an image of one line `[channels, 1, length]`, so that
  /// whatever computes with images computes with sequences too.
  public init(rows: Int, of shape: Shape) throws(OneDNNError) {
    let extents = shape.rank == 2 ? [shape[0], 1, shape[1]] : shape.dimensions
    try self.init(plain: [rows] + extents)
  }
}

extension Shape {
  /// The image of one line as which a sequence `[channels, length]` lies; itself otherwise.
  package var asImage: Shape { rank == 2 ? [self[0], 1, self[1]] : self }
}

/// How many channels a normalization sees in a sample of `shape`, and at how many positions each.
func channelsAndPositions(_ shape: Shape) -> (channels: Int, positions: Int) {
  let channels = shape.rank == 0 ? 1 : shape[0]
  return (channels, channels == 0 ? 0 : shape.count / channels)
}
