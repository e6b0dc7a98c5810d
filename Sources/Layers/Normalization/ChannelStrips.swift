import OneDNN
import Tensors

/// How the values of channels lie in memory: `outer` times `blocks` runs of `positions` places, at each
/// of which `inner` channels lie side by side.
///
///     channel c of place p in run (o, b) lies at ((o · blocks + b) · positions + p) · inner + c − b · inner
///
/// Images in plain order are blocks of one channel, oneDNN's blocked images blocks of 8 or 16, and a
/// matrix of features is one run whose places are the rows.
struct ChannelStrips: Sequence, IteratorProtocol {
  /// Values of one channel, or of eight neighbouring ones, that lie at equal distances.
  struct Strip {
    /// The first value.
    var offset: Int
    /// The channel, or the first of eight.
    var channel: Int
    /// How many values, or groups of eight.
    var count: Int
    /// From one to the next.
    var stride: Int
    /// Whether eight values are read at a time.
    var isWide: Bool
  }

  /// Whether the channels of a run are one, whose places lie side by side: then the eight values of a
  /// wide strip are eight places of this channel, else one place of eight channels.
  var isLine: Bool { inner == 1 }
  /// The channels, those included that fill up the last block.
  var width: Int { blocks * inner }

  private let outer: Int
  private let blocks: Int
  private let positions: Int
  private let inner: Int
  private var run = 0
  private var part = 0

  /// The values of `rows` samples of `shape` in `layout`; nil where that is none of these orders.
  init?(_ layout: MemoryDescriptor, rows: Int, of shape: Shape) {
    if shape.rank == 1 {
      guard layout.isPlain else { return nil }
      (outer, blocks, positions, inner) = (1, 1, rows, shape[0])
      return
    }
    guard let block = layout.channelBlock else { return nil }
    outer = rows
    blocks = (shape[0] + block - 1) / block
    positions = channelsAndPositions(shape).positions
    inner = block
  }

  mutating func next() -> Strip? {
    while run < outer * blocks {
      let (now, start) = (part, run * positions * inner)
      let channel = run % blocks * inner
      part += 1
      if inner == 1 {
        let wide = positions / 8
        if now == 0 {
          if wide == 0 { continue }
          return Strip(offset: start, channel: channel, count: wide, stride: 8, isWide: true)
        }
        (run, part) = (run + 1, 0)
        if positions == wide * 8 { continue }
        return Strip(
          offset: start + wide * 8, channel: channel, count: positions - wide * 8, stride: 1,
          isWide: false)
      }
      let octets = inner / 8
      if now < octets {
        return Strip(
          offset: start + now * 8, channel: channel + now * 8, count: positions, stride: inner,
          isWide: true)
      }
      let rest = octets * 8 + now - octets
      if rest < inner {
        return Strip(
          offset: start + rest, channel: channel + rest, count: positions, stride: inner,
          isWide: false)
      }
      (run, part) = (run + 1, 0)
    }
    return nil
  }
}
