import Tensors

/// A stretch of a storage, of a length that its user knows.
struct Slab {
  let storage: FloatStorage
  let start: Int

  func isSame(as other: Slab) -> Bool { storage === other.storage && start == other.start }
}

/// The additions that turn consecutive subtrees' sums into one, in the tree's order, prepared once.
///
/// The sums are overwritten, unless they are to be kept. All additions of one block of elements come
/// before the next block's, so that intermediate sums stay in the nearest cache.
struct FoldSchedule {
  /// Elements per block: 16 KB of each of two vectors fit in the nearest cache.
  static let block = 4096

  private enum Step {
    case add(Slab, to: Slab)
    case sum(Slab, Slab, into: Slab)
  }

  private var steps: [Step] = []
  private let count: Int
  /// The elements from this one on are the halves of `Double`.
  private let floats: Int

  /// Adds `blocks` by `folds` (see `ShardTree.folds`), each of `count` elements, into `result`, which
  /// is one of the blocks or overlaps none. Where it `isKeeping` the blocks it is none of them, and what
  /// lies between has a place of its own. The first `floats` elements, all if not said, are `Float`;
  /// the others are the halves of `Double`.
  init(
    blocks: [Slab], folds: [Int], result: Slab, count: Int, floats: Int? = nil,
    isKeeping: Bool = false
  ) {
    precondition(blocks.count == folds.count && blocks.count >= 2)
    self.count = count
    self.floats = min(max(floats ?? count, 0), count)
    var stack: [(sum: Slab, isBlock: Bool)] = []
    for (block, folds) in zip(blocks, folds) {
      stack.append((block, true))
      for _ in 0..<folds {
        let right = stack.removeLast().sum
        let (left, isBlock) = stack.removeLast()
        if isKeeping, isBlock {
          let place = Slab(storage: FloatStorage(count: count), start: 0)
          steps.append(.sum(left, right, into: place))
          stack.append((place, false))
        } else {
          steps.append(.add(right, to: left))
          stack.append((left, isBlock))
        }
      }
    }
    precondition(stack.count == 1, "\(stack.count) sums remain; the blocks are not the whole tree")
    // The last addition goes straight to where the result is wanted. Where that is the right
    // operand, left + right is added in place: addition commutes bit for bit.
    switch steps[steps.count - 1] {
    case .add(let right, let left):
      if left.isSame(as: result) { return }
      steps[steps.count - 1] =
        right.isSame(as: result) ? .add(left, to: right) : .sum(left, right, into: result)
    case .sum(let left, let right, _):
      steps[steps.count - 1] = .sum(left, right, into: result)
    }
  }

  /// Carries the additions out.
  func run() {
    var start = 0
    while start < count {
      let length = min(FoldSchedule.block, count - start)
      let floats = min(max(floats - start, 0), length)
      for step in steps {
        switch step {
        case .add(let other, let sum):
          var span = sum.storage.mutableSpan(range(sum, start, length))
          Collectives.add(
            other.storage.span(range(other, start, length)), to: &span, floats: floats)
        case .sum(let left, let right, let sum):
          var span = sum.storage.mutableSpan(range(sum, start, length))
          Collectives.add(
            left.storage.span(range(left, start, length)),
            right.storage.span(range(right, start, length)), into: &span, floats: floats)
        }
      }
      start += length
    }
  }

  private func range(_ slab: Slab, _ start: Int, _ length: Int) -> Range<Int> {
    slab.start + start..<slab.start + start + length
  }
}
