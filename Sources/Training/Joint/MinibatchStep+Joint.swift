import Collectives
import Datasets
import Models
import Tensors

extension MinibatchStep {
  /// Computes all local shards side by side, up to their gradients.
  ///
  /// Only bringing the samples can fail, before anything is exchanged; a rank that has failed takes part in
  /// every exchange with nothing.
  func computeTogether(
    _ joint: JointShards, _ stepInEpoch: Int, _ before: RankFailure?
  ) throws -> RankFailure? {
    var failure = before
    joint.begin()
    if failure == nil {
      clock.enter(.data)
      do throws(DatasetError) {
        try joint.load(feed, step: step, stepInEpoch, epoch: epoch)
      } catch {
        failure = RankFailure(code: error.exitCode, message: error.description)
        joint.begin()
      }
      clock.enter(.compute)
    }
    joint.pass.times = profiledTimes
    try joint.pass.forward()
    for local in 0..<reducer.localShards.count {
      for index in joint.pieces(of: local) {
        let piece = joint.pieces[index]
        let compiled = piece.slot.plan(rows: piece.batch.count)
        let sums = judge(compiled, piece.batch, local, piece.slot.context)
        joint.pieces[index].normalizer = sums.normalizer
        joint.pieces[index].objective = sums.objective
      }
    }
    try joint.pass.backward()
    return failure
  }

  /// Hands on what the pieces of a local shard have come to, added in their order.
  func handOn(_ joint: JointShards, _ local: Int) {
    let own = joint.pieces(of: local)
    for index in own {
      let piece = joint.pieces[index]
      tail[Tail.normalizer] += piece.normalizer
      tail[Tail.objective] += piece.objective
      addMeasured(
        piece.slot.measured, rows: piece.batch.count, isFirst: index == own.lowerBound)
    }
    handOnTail()
    for part in parts {
      let (storage, offset) = reducer.place(of: part)
      var place = storage.mutableSpan(offset..<offset + part.count)
      for index in own {
        let gradient = joint.pieces[index].slot.gradient
        if index == own.lowerBound {
          let values = gradient.span(part)
          for i in 0..<part.count { place[i] = values[i] }
        } else {
          add(gradient.span(part), to: &place)
        }
      }
      reducer.ready(part)
    }
  }
}
