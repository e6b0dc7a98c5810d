import Testing

/// Tests that run the built command as real processes, one at a time: some start eight ranks, and
/// some look at how long a command takes.
@Suite(.serialized) enum EndToEnd {}
