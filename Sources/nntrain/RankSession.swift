import Collectives
import MPI
import OneDNN
import Tensors
import Training

#if canImport(Glibc)
  import Glibc
#endif

/// The ranks of this process's world, while a command runs on them.
struct RankSession {
  let group: RankGroup
  let agreement: CollectiveAgreement
  let engine: Engine
  let stream: Stream
  let isLaunched: Bool
  /// The seconds that `MPI_Init` took.
  let messagePassingStart: Double
  private let watchdog: Watchdog

  /// Starts MPI and oneDNN, runs `body` on every rank and ends them.
  ///
  /// Whatever fails on any subset of ranks ends all with one exit code; one rank prints.
  ///
  /// No other thread of nntrain runs while `MPI_Init` does but the guard, which reads no environment: Open
  /// MPI sets variables there, and a table that grows is freed under whoever reads it, as oneDNN does when it
  /// makes its first kernel.
  ///
  /// - Throws: ``CommandEnd`` with the code of the lowest failing rank.
  static func run(_ body: (RankSession) throws -> Int32) throws {
    let launch = LaunchEnvironment.current
    if let copies = launch.separateTasks { throw CommandEnd(alone: copies) }
    let limit = try StartLimit()
    try StartRequirements.check()
    let universe: Universe
    let begin = MonotonicClock.seconds
    let guardian = MainThreadGuard(startOf: launch, on: Output.hostName, limit: limit)
    do {
      universe = try Universe()
      guardian?.end()
    } catch {
      throw CommandEnd(
        code: ExitCode.lockstep, message: launch.isFirst ? "\(error)" : nil,
        isSilent: !launch.isFirst)
    }
    let messagePassingStart = MonotonicClock.seconds - begin
    let world = universe.world
    var end = CommandEnd(code: 0, message: nil)
    var watchdog: Watchdog?
    var ranks: RankGroup?
    do {
      if let copies = launch.separateCopies(worldSize: world.size) { throw copies }
      let agreement = CollectiveAgreement(communicator: world)
      world.timeout = limit.seconds
      try agreement.together(describe: CommandEnd.describe) { try Library.checkVersion() }
      try agreement.agreeIdentical(label: "oneDNN version", Array(Library.version.utf8))
      let engine = try Engine()
      let group = RankGroup(world, hosts: try world.allGather(Output.hostName))
      let dog = try Watchdog(group)
      world.timeout = nil
      watchdog = dog
      ranks = group
      let session = RankSession(
        group: group, agreement: agreement, engine: engine, stream: try Stream(engine: engine),
        isLaunched: launch.isLaunched,
        messagePassingStart: messagePassingStart, watchdog: dog)
      end.code = try body(session)
    } catch {
      end = RankSession.end(error, world: world, watchdog: watchdog, launch: launch)
    }
    // Told while all ranks still wait for one another: the launcher ends this one as soon as another
    // has failed.
    if let message = end.message { Output.error(message) }
    end.message = nil
    if end.code != 0, world.size > 1, world.rank == 0 { Output.letTheLauncherRead() }
    let farewell = ranks.flatMap { MainThreadGuard(endOf: $0) }
    do {
      try universe.finalize()
      farewell?.end()
    } catch {
      throw CommandEnd(code: ExitCode.lockstep, message: world.rank == 0 ? "\(error)" : nil)
    }
    if end.code != 0 { throw end }
  }

  /// An error that all ranks threw together is printed by one; an error of MPI itself, or one that
  /// this rank met alone, ends the job, since the others wait.
  private static func end(
    _ error: any Error, world: Communicator, watchdog: Watchdog?, launch: LaunchEnvironment
  ) -> CommandEnd {
    let failure = CommandEnd.describe(error)
    if let error = error as? MPIError {
      if error.kind == .timeout, let watchdog {
        StopSignal.release()
        watchdog.endJob(after: error)
      }
      // Several ranks wait for the same lost one: the lowest tells, which ends the others meanwhile.
      StopSignal.release()
      usleep(UInt32(min(world.rank, 10)) * 200_000)
      world.abort(code: failure.code, message: VisibleText.line(failure.message))
    }
    if let end = error as? CommandEnd { return end }
    let isFirst = world.size == 1 ? launch.isFirst : world.rank == 0
    return CommandEnd(
      code: failure.code, message: isFirst ? failure.message : nil,
      isSilent: world.size == 1 && !isFirst)
  }

  /// The session of the ranks that pass the same `part`, a number from 0; collective.
  func split(part: Int) throws -> RankSession {
    guard let communicator = try group.communicator.split(color: part, key: group.rank) else {
      preconditionFailure("every rank has a part")
    }
    let hosts = try communicator.allGather(Output.hostName)
    return RankSession(
      group: RankGroup(communicator, hosts: hosts, heartbeat: group.heartbeat),
      agreement: CollectiveAgreement(communicator: communicator), engine: engine, stream: stream,
      isLaunched: isLaunched, messagePassingStart: messagePassingStart, watchdog: watchdog)
  }

  /// The ranks of this session on this rank's host.
  var ranksOnThisHost: Int { group.hosts.count { $0 == group.hosts[group.rank] } }

  /// Tells the watchdog that the ranks keep their last phases in the run directory `run`, if it is not empty.
  func recorders(in run: String) { watchdog.readsRecorders(of: group, in: run) }

  /// Guards this rank where it does not wait for others: for twice as long as it would wait for them,
  /// and for the time in which they may report it; nil where they wait for ever.
  func guardMainThread() -> MainThreadGuard? {
    group.communicator.timeout.map {
      MainThreadGuard(
        group.heartbeat, seconds: 2 * $0 + min($0, Watchdog.grace),
        who: "rank \(group.rank) on \(group.hosts[group.rank])")
    }
  }

  /// Runs `body`, which talks to nobody, on every rank; if it fails on any, all throw together.
  func together<Result>(_ body: () throws -> Result) throws -> Result {
    try agreement.together(describe: CommandEnd.describe, body)
  }

  /// The same for a `body` that reads data: where some hosts lack a file, all of them are named.
  func onEveryHost<Result>(_ body: () throws -> Result) throws -> Result {
    let outcome = Swift.Result { try body() }
    var failure: RankFailure?
    if case .failure(let error) = outcome {
      failure = error as? RankFailure ?? CommandEnd.describe(error)
    }
    let lacks = try group.communicator.allGather(failure?.code == ExitCode.absent ? 1 : 0)
    let hosts = Set(lacks.indices.filter { lacks[$0] == 1 }.map { group.hosts[$0] }).sorted()
    let all = Set(group.hosts).count
    if failure?.code == ExitCode.absent, all > 1 {
      failure?.message += "; so it is on \(hosts.count) of \(all) hosts: \(Placement.list(hosts))"
    }
    if let agreed = try agreement.agree(failure) { throw agreed }
    return try outcome.get()
  }

  /// Runs `body` on the coordinator alone; if it fails there, all throw together.
  func onCoordinator(_ body: () throws -> Void) throws {
    try together { if group.isCoordinator { try body() } }
  }

  /// Writes lines for people to standard output if this rank is the coordinator.
  func tell(_ lines: [String]) {
    if group.isCoordinator { Output.lines(lines) }
  }

  /// Writes `text` to standard output if this rank is the coordinator.
  func print(_ text: String) {
    if group.isCoordinator { Output.write(text) }
  }
}
