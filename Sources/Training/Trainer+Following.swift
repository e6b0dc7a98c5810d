import Datasets
import Formats

/// What is known of the records that were learnt from.
struct StreamState: Codable {
  /// How many they are; the last minibatch of a stream may be smaller than others.
  var learnt = 0
  /// The sums of their tests over all completed rounds.
  var tested: [Double] = []
  /// Those of the last round, where it is not complete.
  var partial: [Double] = []
}

extension RunPlan {
  /// The samples of an epoch.
  var samplesPerEpoch: Int {
    followed == nil && !dropsLast ? training.count : shardPlan.steps * batch
  }
}

extension Trainer {
  /// Opens the stream of records and keeps their order in the run directory `run` from now on; for the
  /// coordinator alone.
  ///
  /// - Parameter tell: gets a line for a person where something is left out.
  public func follow(keepingIn run: String, tell: @escaping (String) throws -> Void) throws {
    guard let followed = plan.followed else { return }
    arrivals?.read(
      from: try followed.open(journal: run + "/" + followed.journalName, tell: tell))
  }

  /// The records and whole files that were wrong and left out, on the coordinator.
  public var malformedRecords: Int { arrivals?.queue?.malformed ?? 0 }

  /// Waits for the records of the next step, where they arrive; others are there.
  func awaitRecords(_ stop: StopSignal) throws -> Arrivals.Verdict {
    guard let arrivals else { return .ready }
    clock.enter(.data)
    defer { clock.enter(.other) }
    let verdict = try arrivals.wait(stop: stop, failure: failure)
    guard verdict == .ready, let records = plan.followed?.records else { return verdict }
    if records.batch.count < plan.batch {
      // The last minibatch has shapes of its own.
      let last = ShardPlan(samples: records.batch.count, batch: plan.batch, shards: plan.shards)
      let rows = MinibatchStep.pieces(last.shardSizes, limit: plan.microBatch)
      try network.compile(training: plan.graph.isSynchronized ? [] : rows, inference: rows)
      try step.joint?.compile(last)
    }
    return verdict
  }

  /// The records of the step have been learnt from.
  func finishRecords() {
    guard let arrivals else { return }
    stream.learnt += plan.followed?.records.batch.count ?? 0
    arrivals.finish()
  }

  /// Keeps the run as it is, since somebody asked it to stop while it waited.
  func stopWaiting(_ status: RunStatus, _ result: inout RunResult) throws {
    result.wasStopped = true
    try checkpoint(status, isLast: true, isAsked: true)
  }

  /// The figures of a round's records, each tested before it was learnt from, out of the sums `totals`.
  func tell(tested totals: [Double], isComplete: Bool) -> Figures {
    let round = Array(totals[sums.width...])
    if isComplete {
      stream.tested =
        stream.tested.isEmpty ? round : zip(stream.tested, round).map { $0 + $1 }
      stream.partial = []
    } else {
      stream.partial = round
    }
    return sums.figures(round)
  }

  /// The figures of all records.
  var prequential: Figures? {
    guard plan.followed != nil else { return nil }
    let parts = [stream.tested, stream.partial].filter { !$0.isEmpty }
    guard let first = parts.first else { return nil }
    return sums.figures(parts.dropFirst().reduce(first) { zip($0, $1).map { $0 + $1 } })
  }
}
