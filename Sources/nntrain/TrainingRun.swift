import Collectives
import Configuration
import Digests
import Ensembles
import Formats
import MPI
import Models
import OneDNN
import Tensors
import Training

/// One run of training from the command: its directory, its log, its results.
struct TrainingRun {
  private let session: RankSession
  private var start: RunStart
  private let assembly: RunAssembly
  private let log: RunLog
  /// The file of the first parameters, on the coordinator of a run that begins with some.
  private let initial: SafetensorsReader?
  private let isVerbose: Bool
  private let part: RunPart?
  private let watch: MainThreadGuard?
  private let startUp: StartUpTimer
  /// When the command began, in seconds of the monotonic clock.
  private let begin: Double

  private var configuration: RunConfiguration { start.configuration }
  private var directory: RunDirectory? { start.found.directory }

  /// Settles everything that can be wrong before the first step.
  init(
    _ start: RunStart, session: RankSession, isQuiet: Bool, isVerbose: Bool, since begin: Double,
    as part: RunPart? = nil
  ) throws {
    self.begin = begin
    self.part = part
    self.session = session
    self.isVerbose = isVerbose
    let watchdog = start.configuration.parallel.watchdog
    session.group.communicator.timeout = watchdog > 0 ? Double(watchdog) : nil
    startUp = StartUpTimer(
      messagePassing: session.messagePassingStart, since: MonotonicClock.seconds)
    let assembly = try session.onEveryHost {
      try part?.assemble?(start.configuration, start.shards)
        ?? RunAssembly(start.configuration, ranks: session.group.size, shards: start.shards)
    }
    self.assembly = assembly
    try session.together {
      try MemoryNeed(training: assembly.plan).require(ranks: session.ranksOnThisHost)
    }
    try session.agreeOnData(assembly.digests, assembly.plan.modelMetadata)
    startUp.lap("for the data")
    // Reading the data may take as long as it likes.
    watch = session.guardMainThread()
    var start = start
    var initial: SafetensorsReader?
    try session.onCoordinator {
      try start.found.requireSameData(assembly)
      try start.found.requireSameRates(assembly.plan)
      try start.found.goBack(toMake: assembly.snapshots)
      if start.shards == nil, let path = start.configuration.initialWeights {
        let reader = try SafetensorsReader(path: path)
        try InitialParameters.check(reader, assembly.plan.graph)
        initial = reader
      }
      try assembly.plan.followed?.requirePlace()
      try start.openDirectory()
    }
    self.start = start
    self.initial = initial
    let directory = start.found.directory
    log = try session.together {
      try RunLog(
        path: directory?.path(of: "log.txt"), isQuiet: isQuiet || directory == nil,
        isVerbose: isVerbose)
    }
    try session.onCoordinator { try prepare() }
  }

  /// Brings the directory to where the run begins.
  private mutating func prepare() throws {
    guard let directory else { return }
    try CheckpointStore(run: directory.path).setAside(start.found.damaged)
    // What an earlier command told of the end holds no longer.
    try Folder.remove(directory.path(of: "summary.json"))
    if assembly.snapshots != nil {
      try Folder.remove(directory.path(of: EnsembleManifest.fileName))
    }
    try directory.write(configuration.resolvedText, to: "config.yaml")
    let checkpoint = start.found.checkpoint
    let epochs = checkpoint?.state.completedEpochs ?? 0
    let step = checkpoint?.state.step ?? 0
    if step == 0 {
      // Made now, so that a read-only or full disk is told before the training, not after it.
      _ = try directory.restoreMetrics([], toEpoch: 0, step: 0)
    } else if let history = try checkpoint?.history() {
      if try directory.restoreMetrics(history, toEpoch: epochs, step: step) {
        start.found.notes.append(TrainingRun.metricsNote)
      }
    } else {
      try directory.cutMetrics(toEpoch: epochs, step: step)
    }
  }

  private static let metricsNote =
    "\(MetricsFile.name) was removed or changed by somebody else; it is written again as this run knows it"

  /// Trains until the end or a request to stop, measures and saves; the exit code.
  func train(stop: StopSignal) throws -> Int32 {
    defer { watch?.end() }
    let threads = configuration.parallel.threads
    let placement = try Placement.gather(
      RankPlace.current(
        host: Output.hostName, processor: Processor.model, library: MPILibrary.version),
      threads: threads, over: session.group.communicator)
    try session.onCoordinator { try introduce(placement) }
    if session.group.isCoordinator, let limit = configuration.training.timeLimit {
      stop.deadline = begin + limit.seconds
    }
    var group = session.group
    group.recorder = try recorder()
    let curves: CurveDrawing? = try session.together {
      guard let directory else { return nil }
      return try CurveDrawing(of: assembly.plan.name, in: directory)
    }
    // However the run ends, its curves are drawn, and nothing is left that draws.
    defer { _ = curves?.finish() }
    let trainer = try Trainer(
      try plan(), group: group, engine: session.engine, stream: session.stream,
      callbacks: callbacks(curves))
    startUp.lap("for the network")
    // A checkpoint that was begun is finished, whatever ends the run.
    defer { trainer.finishCheckpoints() }
    try keepSnapshots(trainer)
    try settle(trainer)
    startUp.lap("for the first values")
    try session.onCoordinator {
      if let note = placement.memoryNote(bytes: try trainer.memory().total) {
        try log.tell("note: " + note)
      }
      // A bundle is replayed by its configuration alone, which doesn't tell of the stages below.
      if part?.assemble == nil, let directory { trainer.keepReplayBundles(in: directory.path) }
    }
    if isVerbose {
      try session.onCoordinator {
        try log.tell(
          "parameters \(Text.grouped(trainer.network.parameters.parameterCount)), working memory"
            + " \(Text.bytes(trainer.network.workingCount * 4)) per rank")
      }
    }
    let layers = isVerbose ? trainer.measureLayers() : nil
    var result = try trainRollingBack(trainer, stop: stop)
    if !result.wasStopped { try trainer.measure(&result) }
    // Safe before the snapshots are looked at, of which one may have been lost.
    try session.onCoordinator { try saveModel(trainer) }
    let note = curves?.finish(
      chosenEpoch: result.earlyStopping.flatMap { $0.isRestored ? $0.bestEpoch : nil })
    let end = result.wasStopped ? nil : try part?.conclude?(trainer, result)
    let comparison = try compareSnapshots(result)
    let digest = ModelFile.digest(trainer.network.parameters)
    let lost = try group.communicator.allReduce(group.recorder?.isLost == true ? 1 : 0, .sum)
    try session.onCoordinator {
      let summary = summary(trainer, result, comparison, digest: digest)
      if !result.wasStopped { try tellEnd(result, comparison, end, summary) }
      if let note { try log.tell("note: " + note) }
      if let layers { try explain(result, layers, trainer.network) }
      guard let directory else { return }
      if let note = FlightRecorder.note(cutOff: lost) { try log.tell(note) }
      if try directory.settleMetrics() { try log.tell("note: " + TrainingRun.metricsNote) }
      try FlightRecorder.clear(directory.path)
      // Last of all: a run that has a summary lacks nothing.
      var json = summary.json
      for (key, value) in end?.figures.members ?? [] { json[key] = value }
      try directory.write(.object(json), to: "summary.json")
    }
    guard result.wasStopped else { return 0 }
    try session.onCoordinator {
      try log.tell(
        "stopped by \(stop.name) after step \(result.status.step); --resume goes on; metrics and model"
          + " so far are in \(directory?.path ?? "")")
    }
    return ExitCode.stopped
  }

  /// Gives the parameters their first values where those are not drawn, and begins to keep
  /// checkpoints.
  private func settle(_ trainer: Trainer) throws {
    if start.shards != nil {
      try trainer.resume(from: start.found.checkpoint)
    } else if let initialize = part?.initialize {
      try initialize(trainer)
    } else if configuration.initialWeights != nil {
      try trainer.initialize(from: initial)
    }
    try session.onCoordinator {
      guard let directory else { return }
      var companions: [String] = []
      if let followed = assembly.plan.followed {
        try trainer.follow(keepingIn: directory.path) { [log] in try log.tell($0) }
        companions.append(directory.path(of: followed.journalName))
      }
      try trainer.keepCheckpoints(
        in: CheckpointStore(run: directory.path), fingerprint: start.fingerprint,
        configurationDigest: SHA256.hex(of: Array(configuration.canonicalText.utf8)),
        companions: companions, history: { directory.history })
    }
  }

  /// Trains to the end; where the training diverges, from the last checkpoint with a smaller rate, as
  /// often as the configuration lets it.
  private func trainRollingBack(_ trainer: Trainer, stop: StopSignal) throws -> RunResult {
    while true {
      do {
        return try trainer.train(stop: stop)
      } catch let error as TrainingError
        where error.code == ExitCode.diverged && trainer.canRollBack
      {
        var checkpoint: Checkpoint?
        try session.onCoordinator {
          trainer.finishCheckpoints()
          guard let directory else { return }
          checkpoint = try CheckpointStore(run: directory.path)
            .newest(where: trainer.isRollbackTarget).checkpoint
          guard let state = checkpoint?.state else { throw error }
          // The history is cut last: until then a killed run goes on from where it ends.
          try trainer.abandonCheckpoints(after: state.step)
          try directory.cutMetrics(toEpoch: state.completedEpochs, step: state.step)
          try log.tell(
            "\(error.description); goes back to step \(state.step) with the learning rate times"
              + " \(trainer.nextRateScale)")
        }
        try trainer.rollBack(to: checkpoint)
      }
    }
  }

  /// Lets the coordinator save a snapshot at the end of every cycle, where that is wanted.
  private func keepSnapshots(_ trainer: Trainer) throws {
    guard let plan = assembly.snapshots else { return }
    try session.onCoordinator {
      guard let directory else { return }
      trainer.add(try SnapshotSaver(plan, of: trainer, in: directory))
    }
  }

  /// Measures the snapshots of a run that has come to its end.
  private func compareSnapshots(_ result: RunResult) throws -> (
    snapshots: SnapshotResult, model: [Figures]
  )? {
    guard let plan = assembly.snapshots, !result.wasStopped else { return nil }
    let evaluation = SnapshotEvaluation(
      assembly.plan, plan, group: session.group, engine: session.engine, stream: session.stream)
    return (try evaluation.run(in: directory), evaluation.figures(of: result))
  }

  /// The plan, with the fault that a test wants.
  private func plan() throws -> RunPlan {
    var plan = assembly.plan
    if let text = Output.environment["NNTRAIN_FAULT"] {
      guard let fault = InjectedFault(text) else {
        throw TrainingError(
          code: ExitCode.usage,
          "NNTRAIN_FAULT is \"\(text)\"; write flip:RANK:STEP,"
            + " hang:RANK:STEP or slow:RANK:SECONDS, or unset it")
      }
      plan.parallel.fault = fault
    }
    return plan
  }

  /// What keeps the last phases of this rank in the run directory; nil where none is kept.
  private func recorder() throws -> FlightRecorder? {
    var run = ""
    try session.onCoordinator {
      guard let directory else { return }
      run = directory.path
      try FlightRecorder.clear(run)
      _ = try directory.createFolder(FlightRecorder.folder)
    }
    run = try session.group.communicator.broadcast(run, root: 0)
    session.recorders(in: run)
    let rank = session.group.rank
    let recorder = FlightRecorder(
      run: run, rank: rank, size: session.group.size, host: session.group.hosts[rank])
    if recorder == nil, directory != nil { Folder.removeIfEmpty(run + "/" + FlightRecorder.folder) }
    return recorder
  }

  /// Where the time went.
  private func explain(
    _ result: RunResult, _ layers: LayerTimes, _ network: Network
  ) throws {
    let graph = assembly.plan.graph
    let kernels = graph.precision == .float32 ? nil : try network.kernels()
    let tables =
      [LayerProfile(graph: graph, times: layers, kernels: kernels).lines]
      + (result.times.map { [$0.table] } ?? [])
    for line in tables.flatMap({ [""] + $0 }) { try log.tell(line) }
  }

  private func callbacks(_ curves: CurveDrawing?) -> [any Callback] {
    guard let directory else { return [] }
    let terminal = Terminal(isLaunched: session.isLaunched)
    var callbacks: [any Callback] = [
      ProgressLogger(
        isTerminal: terminal.isPresent && !log.isQuiet, width: { terminal.columns },
        draw: { Output.write($0) }, tell: { [log] in try log.tell($0, details: $1) }),
      MetricsLog(
        directory, stepInterval: configuration.logging.every,
        snapshotSteps: assembly.snapshots?.cycleEnds ?? [], hosts: session.group.hosts,
        didWrite: { curves?.take($0) }),
    ]
    if isVerbose {
      startUp.tell = { [log] in try log.tell($0) }
      callbacks.append(startUp)
    }
    return callbacks
  }

  private func introduce(_ placement: Placement) throws {
    let plan = assembly.plan
    let isFollowing = plan.followed != nil
    var parts = [
      "\(Text.grouped(plan.training.count)) \(isFollowing ? "sample records" : "training")"
    ]
    if let part = plan.validation { parts.append("\(Text.grouped(part.count)) validation") }
    if let part = plan.test { parts.append("\(Text.grouped(part.count)) test") }
    let ranks = session.group.size
    try log.tell(
      "\(plan.name): \(parts.joined(separator: ", ")) samples,"
        + " \(Text.grouped(plan.graph.parameterCount)) parameters; batch \(plan.batch) in"
        + " \(Text.counted(plan.shards, "shard")) on \(Text.counted(ranks, "rank"))")
    let fingerprint = start.fingerprint
    try log.tell(
      "bit-identical results need \(Text.counted(plan.shards, "shard")) (training.shards), "
        + "\(Text.counted(configuration.parallel.threads, "thread")) per rank (parallel.threads), the"
        + " instruction set \(fingerprint.instructionSet ?? "unknown"), and the same processor model and"
        + " oneDNN version")
    if let line = PrecisionLine(plan.graph.precision).text { try log.tell(line) }
    let state = start.found.checkpoint?.state
    if let state { try log.tell("goes on after step \(state.step), epoch \(state.epoch)") }
    if let followed = plan.followed {
      try log.tell(
        "learns from what arrives in \(followed.place.name), from record"
          + " \((state?.step ?? 0) * plan.batch + 1) on; rounds of \(followed.round) steps")
    }
    if isVerbose { for line in placement.lines { try log.tell(line) } }
    for note in start.found.notes + assembly.notes + placement.notes
      + Affinity.notes(threads: configuration.parallel.threads)
    {
      try log.tell("note: " + note)
    }
  }

  private func saveModel(_ trainer: Trainer) throws {
    guard let directory else { return }
    try ModelFile.write(
      trainer.network.parameters, metadata: assembly.plan.modelMetadata,
      to: directory.path(of: "model.safetensors"))
  }

  private func drawGradientFlow(in directory: RunDirectory) throws {
    guard configuration.diagnostics.gradientFlow != nil,
      let picture = GradientFlowPicture(
        history: try MetricsFile.read(directory.path(of: MetricsFile.name)))
    else { return }
    if let note = try picture.write(to: directory, run: assembly.plan.name) {
      try log.tell("note: " + note)
    }
  }

  private func summary(
    _ trainer: Trainer, _ result: RunResult,
    _ comparison: (snapshots: SnapshotResult, model: [Figures])?, digest: String
  ) -> RunSummary {
    RunSummary(
      plan: assembly.plan, result: result, malformed: trainer.malformedRecords, digest: digest,
      penalty: trainer.penalty,
      ranks: session.group.size, fingerprint: start.fingerprint,
      seconds: MonotonicClock.seconds - begin, snapshots: comparison?.snapshots)
  }

  /// Draws and prints what a run that has come to its end is worth.
  private func tellEnd(
    _ result: RunResult, _ comparison: (snapshots: SnapshotResult, model: [Figures])?,
    _ end: RunPart.End?, _ summary: RunSummary
  ) throws {
    guard let directory else { return }
    try drawGradientFlow(in: directory)
    if let line = result.earlyStopping?.line { try log.tell(line) }
    for line in end?.lines ?? [] { try log.tell(line) }
    if let comparison {
      for line in [""] + comparison.snapshots.table(model: comparison.model) { try log.tell(line) }
    }
    for line in summary.table(directory: directory.path) { try log.tell(line) }
    for line in try RunFiles.lines(in: directory.path) { try log.tell(line) }
  }
}
