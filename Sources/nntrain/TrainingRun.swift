import Collectives
import Configuration
import Digests
import Formats
import Models
import OneDNN
import Training

#if canImport(Glibc)
  import Glibc
#endif

/// One run of training from the command: its directory, its log, its results.
struct TrainingRun {
  private let session: RankSession
  private let configuration: RunConfiguration
  private let assembly: RunAssembly
  private let directory: RunDirectory?
  private let log: RunLog
  private let isVerbose: Bool
  /// When the command began, in seconds of the monotonic clock.
  private let begin: Double

  /// Settles everything that can be wrong before the first step.
  init(
    _ configuration: RunConfiguration, session: RankSession, directory path: String?,
    isQuiet: Bool, isVerbose: Bool, since begin: Double
  ) throws {
    self.begin = begin
    self.session = session
    self.configuration = configuration
    self.isVerbose = isVerbose
    try TrainingRun.agree(session, configuration)
    Library.setThreads(configuration.parallel.threads)
    let watchdog = configuration.parallel.watchdog
    session.group.communicator.timeout = watchdog > 0 ? Double(watchdog) : nil
    let ranks = session.group.size
    assembly = try session.together { try RunAssembly(configuration, ranks: ranks) }
    var opened: RunDirectory?
    try session.onCoordinator {
      let owner = RunOwner(environment: Output.environment)
      opened =
        if let path {
          try RunDirectory.open(path, resume: false, owner: owner)
        } else {
          try RunDirectory.create(named: configuration.name, at: .now(), owner: owner)
        }
    }
    directory = opened
    log = try session.together {
      try RunLog(path: opened?.path(of: "log.txt"), isQuiet: isQuiet || opened == nil)
    }
    try session.onCoordinator {
      try opened?.write(configuration.resolvedText, to: "config.yaml")
      // Made now, so that a read-only or full disk is told before the training, not after it.
      try opened?.write("", to: MetricsFile.name)
    }
  }

  /// All ranks run the same program on the same configuration.
  private static func agree(_ session: RankSession, _ configuration: RunConfiguration) throws {
    guard session.group.size > 1 else { return }
    let program = try session.together { try SHA256.hash(ofFile: "/proc/self/exe") }
    try session.agreement.agreeIdentical(label: "nntrain program", program)
    try session.agreement.agreeIdentical(
      label: "configuration", Array(configuration.canonicalText.utf8))
  }

  /// Trains until the end or a request to stop, measures and saves; the exit code.
  func train(stop: StopSignal) throws -> Int32 {
    try session.onCoordinator { try introduce() }
    let trainer = try Trainer(
      assembly.plan, group: session.group, engine: session.engine, stream: session.stream,
      callbacks: callbacks())
    if isVerbose {
      try session.onCoordinator {
        try log.tell(
          "parameters \(Text.grouped(trainer.network.parameters.parameterCount)), working memory"
            + " \(Text.bytes(trainer.network.workingCount * 4)) per rank")
      }
    }
    var result = try trainer.train(stop: stop)
    if !result.wasStopped { try trainer.measure(&result) }
    let digest = ModelFile.digest(trainer.network.parameters)
    try session.onCoordinator {
      try save(trainer, result, digest: digest, seconds: TrainingRun.seconds() - begin)
    }
    guard result.wasStopped else { return 0 }
    try session.onCoordinator {
      try log.tell(
        "stopped by \(stop.name) after step \(result.status.step); metrics and model so far are in"
          + " \(directory?.path ?? "")")
    }
    return ExitCode.stopped
  }

  private func callbacks() -> [any Callback] {
    guard let directory else { return [] }
    let isTerminal = Output.isTerminal(isLaunched: session.isLaunched) && !log.isQuiet
    var callbacks: [any Callback] = [
      ProgressLogger(
        isTerminal: isTerminal, draw: { Output.write($0) },
        tell: { [log] in try log.tell($0) }),
      MetricsLog(directory),
    ]
    if isVerbose {
      callbacks.append(
        StartUpTimer(messagePassing: session.messagePassingStart) { [log] in try log.tell($0) })
    }
    return callbacks
  }

  private func introduce() throws {
    let plan = assembly.plan
    var parts = ["\(Text.grouped(plan.training.count)) training"]
    if let part = plan.validation { parts.append("\(Text.grouped(part.count)) validation") }
    if let part = plan.test { parts.append("\(Text.grouped(part.count)) test") }
    let ranks = session.group.size
    try log.tell(
      "\(plan.name): \(parts.joined(separator: ", ")) samples,"
        + " \(Text.grouped(plan.graph.parameterCount)) parameters; batch \(plan.batch) in"
        + " \(plan.shards) shards on \(ranks) \(ranks == 1 ? "rank" : "ranks")")
    for note in assembly.notes + Affinity.notes(threads: configuration.parallel.threads) {
      try log.tell("note: " + note)
    }
  }

  private func save(
    _ trainer: Trainer, _ result: RunResult, digest: String, seconds: Double
  ) throws {
    guard let directory else { return }
    try ModelFile.write(
      trainer.network.parameters, metadata: assembly.plan.modelMetadata,
      to: directory.path(of: "model.safetensors"))
    let summary = RunSummary(
      plan: assembly.plan, result: result, digest: digest, penalty: trainer.penalty,
      ranks: session.group.size, threads: configuration.parallel.threads, seconds: seconds)
    try directory.write(.object(summary.json), to: "summary.json")
    guard !result.wasStopped else { return }
    for line in summary.table(directory: directory.path) { try log.tell(line) }
  }

  /// The monotonic clock.
  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
