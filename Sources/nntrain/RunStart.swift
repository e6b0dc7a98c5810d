import Collectives
import Configuration
import Digests
import Ensembles
import Formats
import Layers
import OneDNN
import Training

/// Where a run begins: its configuration, its directory, and the checkpoint from which it goes on.
struct RunStart {
  /// The configuration; the threads are those of the checkpoint.
  private(set) var configuration: RunConfiguration
  /// What the coordinator has found; empty elsewhere.
  var found: RunFinder.Found
  private let finder: RunFinder
  /// The shards of the checkpoint from which the run goes on; nil for one that begins.
  let shards: Int?
  /// Whether there is nothing to do.
  let isFinished: Bool
  /// What decides the bits of this run beside its configuration.
  let fingerprint: NumericsFingerprint

  /// Finds the run that a command names.
  init(
    _ options: ConfigurationOptions, _ overrides: [String], _ request: RunRequest,
    session: RankSession
  ) throws {
    try self.init(
      try RunStart.configuration(options, overrides, request, session), request, session: session)
  }

  /// Finds the run of `configuration` on the coordinator and lets all ranks know.
  init(
    _ configuration: RunConfiguration, _ request: RunRequest, session: RankSession
  ) throws {
    try RunStart.agree(session, configuration)
    let finder = RunFinder(
      configuration: configuration, request: request,
      owner: RunOwner(environment: Output.environment))
    var found = RunFinder.Found()
    try session.onCoordinator { found = try finder.find() }
    let facts = try Facts(found).shared(session)
    isFinished = facts.isFinished
    shards = facts.shards > 0 ? facts.shards : nil
    self.configuration = configuration
    self.found = found
    self.finder = finder
    if facts.shards > 0 {
      let ranks = session.group.size
      guard ranks <= facts.shards else {
        throw ConfigurationError(
          at: nil,
          "\(ranks) ranks are more than the \(Text.counted(facts.shards, "shard")) of the run; resume it"
            + " on at most \(Text.counted(facts.shards, "rank"))")
      }
      if !request.allowInexactResume { self.configuration.parallel.threads = facts.threads }
      // Before the first primitive is made, and before anybody asks.
      Library.limitInstructionSet(to: facts.instructionSet)
    }
    Library.setThreads(self.configuration.parallel.threads)
    fingerprint = try RunStart.fingerprint(self.configuration, session)
    let (chosen, kept) = (configuration.parallel.threads, self.configuration.parallel.threads)
    if chosen != kept {
      self.found.notes.append("parallel.threads stays \(kept), as in the checkpoint, not \(chosen)")
    }
    if let sets = fingerprint.instructionSet, sets.contains(",") {
      self.found.notes.append(
        "the ranks use different instruction sets (\(sets)): the last bits of the"
          + " result are not those of ranks with one; set ONEDNN_MAX_CPU_ISA to the smallest for all"
      )
    }
    let present = fingerprint
    try session.onCoordinator {
      try self.found.compare(present, allowsInexact: request.allowInexactResume)
    }
  }

  /// Opens the directory of a run that begins; that of one that goes on is open.
  mutating func openDirectory() throws {
    if found.directory == nil { found.directory = try finder.begin() }
  }

  /// The configuration that the command names: a file, the run that goes on, or the built-in one.
  private static func configuration(
    _ options: ConfigurationOptions, _ overrides: [String], _ request: RunRequest,
    _ session: RankSession
  ) throws -> RunConfiguration {
    var text = ""
    if request.resume, options.config == nil, let path = request.directory {
      if session.group.isCoordinator { text = RunFinder.configurationText(in: path) ?? "" }
      text = try session.group.communicator.broadcast(text, root: 0)
    }
    let source = (request.directory ?? "") + "/config.yaml"
    return try session.together {
      text.isEmpty
        ? try options.load(overrides)
        : try ConfigurationLoader.load(
          text: text, source: source, name: "", folder: nil,
          overrides: options.overrides + overrides, environment: Output.environment)
    }
  }

  /// All ranks run the same program on the same configuration.
  private static func agree(_ session: RankSession, _ configuration: RunConfiguration) throws {
    guard session.group.size > 1 else { return }
    let program = try session.together { try ProgramIdentity.of("/proc/self/exe") }
    try session.agreement.agreeIdentical(label: "nntrain program", program)
    try session.agreement.agreeIdentical(
      label: "configuration", Array(configuration.canonicalText.utf8))
  }

  private static func fingerprint(
    _ configuration: RunConfiguration, _ session: RankSession
  ) throws -> NumericsFingerprint {
    let processors = try session.group.communicator.allGather(Processor.model)
    let sets = try session.group.communicator.allGather(Library.instructionSet)
    var fingerprint = NumericsFingerprint(
      threads: configuration.parallel.threads,
      instructionSet: Set(sets).sorted().joined(separator: ", "),
      processor: Set(processors).sorted().joined(separator: ", "), oneDNN: Library.version,
      nntrain: Version.nntrain)
    if configuration.precision != .float32 {
      try RunStart.requireOneForm(of: configuration.precision, on: sets)
      fingerprint.add(
        precision: configuration.precision.rawValue, isNative: Library.hasBFloat16)
    }
    return fingerprint
  }
}

extension RunStart {
  /// Checks that all ranks, whose instruction sets are `sets`, multiply bfloat16 numbers, or none.
  private static func requireOneForm(
    of precision: Precision, on sets: [String]
  ) throws(ConfigurationError) {
    let without = sets.indices.filter { !Library.hasBFloat16(sets[$0]) }
    guard !without.isEmpty, without.count < sets.count else { return }
    throw ConfigurationError(
      at: nil,
      "precision is \(precision.rawValue), but \(Text.counted(without.count, "rank")) of"
        + " \(sets.count), the first of them rank \(without[0]), run on a processor without bfloat16"
        + " arithmetic (\(sets[without[0]])) and the others on one with it; use hosts of one kind, set"
        + " DNNL_MAX_CPU_ISA=AVX512_CORE for all ranks, or set precision to float32")
  }
}

/// What every rank has to know of what the coordinator has found.
private struct Facts {
  var isFinished: Bool
  /// The shards of the checkpoint; 0 without one.
  var shards: Int
  var threads: Int
  var instructionSet: String

  init(_ found: RunFinder.Found) {
    isFinished = found.finished != nil
    shards = found.checkpoint?.shards ?? 0
    threads = max(1, found.checkpoint?.fingerprint.threads ?? 1)
    instructionSet = found.checkpoint?.fingerprint.instructionSet ?? ""
  }

  /// The coordinator's facts.
  func shared(_ session: RankSession) throws -> Facts {
    let communicator = session.group.communicator
    var facts = self
    let numbers = try communicator.broadcast([isFinished ? 1 : 0, shards, threads], root: 0)
    facts.isFinished = numbers[0] == 1
    facts.shards = numbers[1]
    facts.threads = numbers[2]
    facts.instructionSet = try communicator.broadcast(instructionSet, root: 0)
    return facts
  }
}

extension RunFinder.Found {
  /// Goes back to an older checkpoint where a snapshot that was made before the newest one is absent or is not
  /// the one that was made, so that it is made again.
  ///
  /// - Throws: `FileError` where no checkpoint is old enough.
  mutating func goBack(toMake plan: SnapshotPlan?) throws {
    guard let plan, let directory, let newest = checkpoint,
      let (cycle, flaw) = SnapshotSaver.firstFlaw(plan, at: newest.state, in: directory),
      plan.cycleEnds[cycle] < newest.state.step
    else { return }
    let store = CheckpointStore(run: directory.path)
    let path = directory.path(of: SnapshotPlan.file(cycle: cycle + 1))
    guard let older = try store.newest(where: { $0 <= plan.cycleEnds[cycle] }).checkpoint else {
      throw FileError(
        .badContent, path,
        "\(flaw), and no checkpoint is old enough to make it again; bring it back, or start another run"
      )
    }
    // The history is cut afterwards, to the checkpoint that is the newest then.
    try store.remove(after: older.state.step)
    checkpoint = older
    notes.append(
      "\(path) \(flaw); the run goes back to step \(older.state.step) to make it again")
  }

  /// Compares what decided the bits so far with what decides them now.
  ///
  /// - Throws: `ConfigurationError` that names the items, unless inexactness is allowed.
  fileprivate mutating func compare(
    _ present: NumericsFingerprint, allowsInexact: Bool
  ) throws {
    guard let checkpoint else { return }
    let differences = checkpoint.fingerprint.differences(from: present)
    guard !differences.isEmpty else { return }
    let text = differences.joined(separator: "; ")
    guard allowsInexact else {
      throw ConfigurationError(
        at: nil,
        "the run cannot go on exactly: \(text); resume it where that is the same, or give"
          + " --allow-inexact-resume to accept other last bits")
    }
    notes.append("not exact: " + text)
  }

  /// Checks that a run of another length would have had the same learning rates so far.
  func requireSameRates(_ plan: RunPlan) throws {
    guard let checkpoint, let before else { return }
    var earlier = plan
    earlier.length = before.training.length.plan
    let steps = checkpoint.state.step
    for step in stride(from: 0, to: steps, by: max(1, steps / 1000))
    where plan.learningRate.rate(at: step, in: plan.extent)
      != plan.learningRate.rate(at: step, in: earlier.extent)
    {
      throw ConfigurationError(
        at: nil,
        "training.epochs was \(before.training.length), with which the schedule gave other learning"
          + " rates to the \(steps) steps that are done; change that back, or start another run")
    }
  }

  /// Checks that the data are those on which the checkpoint was made.
  func requireSameData(_ assembly: RunAssembly) throws {
    guard let checkpoint else { return }
    let plan = assembly.plan
    guard checkpoint.seed == plan.seed else {
      throw FileError(
        .badContent, checkpoint.reader.path,
        "has damaged metadata: seed is \(checkpoint.seed), but the run's is \(plan.seed); use an"
          + " earlier checkpoint")
    }
    var changed: [String] = []
    if checkpoint.samples != plan.training.count {
      changed.append(
        "there were \(Text.grouped(checkpoint.samples)) training samples and are"
          + " \(Text.grouped(plan.training.count))")
    }
    for (key, value) in plan.modelMetadata
    where key != "configuration" && key != RunData.digestsKey {
      if checkpoint.reader.metadata[key] != value { changed.append("their \(key) is another one") }
    }
    let weights = RunData.sampleWeightsKey
    if checkpoint.reader.metadata[weights] != nil,
      !plan.modelMetadata.contains(where: { $0.0 == weights })
    {
      changed.append("their \(weights) are missing")
    }
    guard changed.isEmpty else {
      throw ConfigurationError(
        at: nil,
        "the data have changed since the run began: \(changed.joined(separator: "; ")); resume it"
          + " with the same data, or start another run")
    }
    let differences = RunData.changes(assembly.digests, since: checkpoint.reader.metadata)
    if let (source, difference) = differences.first {
      throw FileError(
        .badContent, source.name,
        "the \(difference) of data.\(source.role) are not those with which \(checkpoint.reader.path) was"
          + " written; bring the former data back to resume the run, or start another run")
    }
  }
}
