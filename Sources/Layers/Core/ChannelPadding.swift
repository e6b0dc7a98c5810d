import OneDNN

/// The places of a blocked layout of images that fill up its last block of channels.
struct ChannelPadding {
  private let rows: Int
  private let blocks: Int
  private let positions: Int
  private let block: Int
  /// The channels of the last block that are real.
  private let filled: Int

  /// The padding of `layout`; nil where it has none.
  init?(_ layout: MemoryDescriptor) throws(OneDNNError) {
    let dimensions = layout.dimensions
    if layout.storedCount == dimensions.reduce(1, *) { return nil }
    guard let block = layout.channelBlock, block > 1, dimensions.count > 1 else {
      throw OneDNNError(invalid: "an activation over padding in a layout of \(dimensions)")
    }
    (rows, positions) = (dimensions[0], dimensions[2...].reduce(1, *))
    (self.block, filled) = (block, dimensions[1] % block)
    blocks = (dimensions[1] + block - 1) / block
  }

  /// Sets the padding of an image at `y` to zero.
  func fill(_ y: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      let last = y + (row * blocks + blocks - 1) * positions * block
      for p in 0..<positions {
        (last + p * block + filled).update(repeating: 0, count: block - filled)
      }
    }
  }
}
