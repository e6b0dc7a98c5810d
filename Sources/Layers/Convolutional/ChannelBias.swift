/// A number per channel, added to images in blocks of channels or in plain order, and its gradient.
struct ChannelBias {
  /// The samples.
  var rows: Int
  /// The channels, of which the last block may lack some.
  var channels: Int
  /// The positions of an image.
  var positions: Int
  /// The channels of a block.
  var block: Int

  /// y[c, p] += b[c]
  func add(_ bias: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>) {
    let blocks = (channels + block - 1) / block
    for row in 0..<rows {
      for k in 0..<blocks {
        let image = y + (row * blocks + k) * positions * block
        let held = min(block, channels - k * block)
        if block == 1 {
          let b = bias[k]
          for p in 0..<positions { image[p] += b }
        } else {
          for p in 0..<positions {
            for c in 0..<held { image[p * block + c] += bias[k * block + c] }
          }
        }
      }
    }
  }

  /// sums[c] = Σ dy[c, p] over rows and positions, in their order.
  func sum(_ dy: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>) {
    let blocks = (channels + block - 1) / block
    for k in 0..<blocks {
      for c in 0..<min(block, channels - k * block) {
        var total = 0.0
        for row in 0..<rows {
          let image = dy + (row * blocks + k) * positions * block + c
          for p in 0..<positions { total += Double(image[p * block]) }
        }
        sums[k * block + c] = Float(total)
      }
    }
  }
}
