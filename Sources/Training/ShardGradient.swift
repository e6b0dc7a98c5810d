import Collectives
import Models
import Tensors

/// Takes the gradient of one shard, layer by layer, to where it is summed. Of a shard that is computed
/// in pieces the gradients are added in the order of the pieces.
final class ShardGradient: GradientSink {
  /// Which piece of the shard is computed.
  enum Piece {
    case only, first, middle, last
  }

  /// Which piece comes next.
  var piece = Piece.only
  private let reducer: GradientReducer
  private let clock: PhaseClock
  /// The sum of a shard's pieces but the last, where shards are cut.
  private let sum: FloatStorage?

  /// Takes gradients of `count` elements to `reducer`; keeps their sum if shards are cut.
  init(_ reducer: GradientReducer, clock: PhaseClock, count: Int, isCut: Bool) {
    self.reducer = reducer
    self.clock = clock
    sum = isCut ? FloatStorage(count: count) : nil
  }

  func place(of range: Range<Int>) -> (storage: FloatStorage, offset: Int) {
    if piece == .first, let sum { return (sum, range.lowerBound) }
    return reducer.place(of: range)
  }

  func ready(_ range: Range<Int>) {
    if let sum, piece == .middle || piece == .last {
      let (storage, offset) = reducer.place(of: range)
      let place = offset..<offset + range.count
      if piece == .middle {
        var total = sum.mutableSpan(range)
        add(storage.span(place), to: &total)
      } else {
        var total = storage.mutableSpan(place)
        add(sum.span(range), to: &total)
      }
    }
    guard piece == .only || piece == .last else { return }
    reducer.ready(range)
    guard reducer.isBusy else { return }
    clock.enter(.communication)
    reducer.progress()
    let (started, complete) = reducer.exchanged
    clock.enter(.compute, started: started, complete: complete)
  }
}
