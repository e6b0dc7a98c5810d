import Tensors

extension LayerSite {
  /// The numbers of halves of `Double` that the moments of `channels` channels are.
  static func momentHalves(channels: Int) -> Int { 4 * channels }

  /// Leaves the first and second moment of channel `c` of `channels`, times the samples, where the
  /// shards' are added. In double precision: E[x²] − E[x]² keeps its digits where the mean is large, and
  /// squares of any `Float` are finite.
  func leaveMoments(_ c: Int, of channels: Int, _ first: Double, _ second: Double) {
    guard let statistics = pass.statistics else { return }
    var halves = UnsafeMutableBufferPointer(
      start: statistics + momentOffset, count: LayerSite.momentHalves(channels: channels)
    ).mutableSpan
    storeHalves(of: first, to: &halves, at: 2 * c)
    storeHalves(of: second, to: &halves, at: 2 * (channels + c))
  }
}
