import Testing

/// Tests that run the built command as real processes, one at a time: some start eight ranks.
///
/// Beside them run those of ``FailingEndToEnd``: what computes on one side fills the time in which the
/// other one waits.
@Suite(.serialized) enum EndToEnd {}

/// Tests of runs that fail, are cut off, stopped or refused: mostly waiting, one at a time, since some look
/// at how long a command takes.
@Suite(.serialized) enum FailingEndToEnd {}
