import Collectives
import Configuration
import Datasets
import Ensembles
import Formats
import MPI
import OneDNN
import Tensors
import Training

/// Trains the members of an ensemble, each as a run in a directory of its own, and makes them one.
///
/// Whatever remains of a run that was killed are its members: those that are finished stay, others go on
/// from their checkpoints, and what boosting has made of samples' weights is computed again from the
/// finished ones, to the same bits.
struct EnsembleRun {
  let session: RankSession
  let configuration: RunConfiguration
  let assembly: RunAssembly
  let path: String
  let begin: Double
  private let start: RunStart
  private let isQuiet: Bool
  private let isInexactAllowed: Bool

  /// The folder of a member within the run directory.
  static func folder(_ number: Int) -> String { "members/\(number)" }

  /// Settles everything that can be wrong before the first member is trained.
  init(
    _ start: RunStart, _ request: RunRequest, session: RankSession, isQuiet: Bool,
    since begin: Double
  ) throws {
    self.session = session
    self.isQuiet = isQuiet
    self.begin = begin
    isInexactAllowed = request.allowInexactResume
    configuration = start.configuration
    let configuration = configuration
    assembly = try session.onEveryHost { try RunAssembly(configuration, ranks: 1) }
    try session.agreeOnData(assembly.digests, assembly.plan.modelMetadata)
    var start = start
    var path = ""
    try session.onCoordinator {
      try start.openDirectory()
      guard let directory = start.found.directory else { return }
      path = directory.path
      // What an earlier command told of the end holds no longer.
      try Folder.remove(directory.path(of: "summary.json"))
      try directory.write(configuration.resolvedText, to: "config.yaml")
      // The histories are the members'; made now, so that a read-only disk is told before the training.
      try directory.write("", to: MetricsFile.name)
      _ = try directory.createFolder("members")
      // A member's directory is made by its team, below one that is there.
    }
    self.start = start
    self.path = try session.group.communicator.broadcast(path, root: 0)
  }

  /// Trains all members, measures and combines them; the exit code.
  func train(stop: StopSignal) throws -> Int32 {
    if let limit = configuration.training.timeLimit, session.group.isCoordinator {
      stop.deadline = begin + limit.seconds
    }
    tell(
      "\(configuration.name): \(Text.grouped(assembly.plan.training.count)) training samples,"
        + " \(Text.grouped(assembly.plan.graph.parameterCount)) parameters in each member")
    for note in start.found.notes + assembly.notes { tell("note: " + note) }
    let members =
      configuration.ensemble.adaboost == nil
      ? try trainIndependently(stop) : try BoostingRun(self).members(stop)
    guard let members else {
      tell("stopped by \(stop.name); --resume goes on; the members so far are in \(path)/members")
      return ExitCode.stopped
    }
    let evaluation = self.evaluation
    let chosen =
      configuration.ensemble.adaboost?.algorithm.combination
      ?? configuration.ensemble.members?.combination ?? .mean
    let result = try evaluation.run(members, by: chosen)
    try session.onCoordinator { try save(result, members, chosen) }
    return 0
  }

  /// One line for people, from the coordinator.
  func tell(_ line: String) {
    if !isQuiet { session.tell([line]) }
  }

  /// What measures the members.
  var evaluation: EnsembleEvaluation {
    EnsembleEvaluation(
      assembly.plan, objective: configuration.objective,
      meaning: configuration.outputMeaning(assembly.schema.target, graph: assembly.plan.graph),
      group: session.group, engine: session.engine, stream: session.stream)
  }

  // MARK: Members

  private func trainIndependently(_ stop: StopSignal) throws -> [EnsembleEvaluation.Member]? {
    let count = configuration.ensemble.members?.count ?? 0
    let configurations = try session.together {
      try (1...count).map { try configuration.member($0) }
    }
    let plans = try session.together {
      try configuration.memberPlans(configurations, of: assembly.plan, schema: assembly.schema)
    }
    let told = try SideBySide(session).run(count) { index, team in
      let member = try train(index + 1, configurations[index], team, stop)
      return (team.group.isCoordinator ? member.told : nil, member.code == ExitCode.stopped)
    }
    let trained = told.compactMap(MemberTraining.init).sorted { $0.number < $1.number }
    try requireAll(trained)
    if trained.count < count || trained.contains(where: { $0.code == ExitCode.stopped }) {
      return nil
    }
    var members: [EnsembleEvaluation.Member] = []
    for (index, plan) in plans.enumerated() {
      members.append(.init("member \(index + 1)", try load(index + 1, plan)))
    }
    return members
  }

  /// Trains member `number`, and tells how that has ended; the team's coordinator does.
  func train(
    _ number: Int, _ configuration: RunConfiguration, _ team: RankSession, _ stop: StopSignal
  ) throws -> MemberTraining {
    let member = try MemberTraining(
      number, configuration, in: path + "/" + EnsembleRun.folder(number),
      inexact: isInexactAllowed, team, stop, since: begin)
    if team.group.isCoordinator, !isQuiet {
      Output.lines(["member \(number): \(words(member))"])
    }
    return member
  }

  private func words(_ member: MemberTraining) -> String {
    guard member.code == 0 else {
      return (member.code == ExitCode.stopped ? "stopped" : "failed") + " (\(member.code))"
    }
    let summary = try? JSONFile.read(
      path + "/" + EnsembleRun.folder(member.number) + "/summary.json")
    let part = ["validation", "test", "train"].first { summary?[$0]?.object != nil } ?? "train"
    let figures = summary?[part]?.object
    let told = (figures?.keys ?? []).filter { $0 != "penalty" }.compactMap { key in
      figures?[key]?.double.map { "\(key) \(Text.metric(key, $0))" }
    }
    return "\(part) \(told.joined(separator: " "))"
  }

  /// Fails for the first member that has failed; the others are trained to their end all the same, so
  /// that no order and no number of ranks decides what is in the directory.
  func requireAll(_ trained: [MemberTraining]) throws {
    guard let failed = trained.first(where: { $0.code != 0 && $0.code != ExitCode.stopped }) else {
      return
    }
    throw TrainingError(
      code: failed.code,
      "member \(failed.number) (\(path)/\(EnsembleRun.folder(failed.number))): \(failed.reason)")
  }

  /// The trained member `number`; the coordinator reads its file.
  func load(_ number: Int, _ plan: EvaluationPlan) throws -> TrainedModel {
    let model = try TrainedModel(
      plan, group: session.group, engine: session.engine, stream: session.stream)
    try session.onCoordinator {
      let folder = path + "/" + EnsembleRun.folder(number)
      let file = folder + "/model.safetensors"
      try model.read(try SafetensorsReader(path: file))
      let wanted = try JSONFile.read(folder + "/summary.json")["parameter_digest"]?.string
      guard wanted == model.parameterDigest else {
        throw FileError(
          .badContent, file,
          "is not the model of member \(number): its parameters have another digest than"
            + " \(folder)/summary.json tells; bring the right one back, or remove the folder and"
            + " train the member again with --resume")
      }
    }
    try model.shareParameters()
    return model
  }

  // MARK: The end

  private func save(
    _ result: EnsembleResult, _ members: [EnsembleEvaluation.Member], _ chosen: Combination
  ) throws {
    guard let directory = start.found.directory, let own = result.combinations.first else { return }
    let weights = own.weights
    let digests = members.map(\.model.parameterDigest)
    let manifest = EnsembleManifest(
      chosen,
      members: members.indices.map { index in
        EnsembleManifest.Member(
          file: EnsembleRun.folder(index + 1) + "/model.safetensors", digest: digests[index],
          weight: weights.isEmpty ? nil : weights[index])
      })
    try directory.write(manifest.json, to: EnsembleManifest.fileName)
    var summary = JSONObject([
      ("name", JSONValue(configuration.name)), ("stopped", .bool(false)),
    ])
    switch configuration.training.length {
    case .epochs(let epochs): summary["epochs"] = JSONValue(epochs)
    case .steps(let steps): summary["steps"] = JSONValue(steps)
    case .minutes, .unlimited: break
    }
    for (part, figures) in zip(result.parts, own.figures) {
      summary[part] = .object(figures.json)
    }
    summary["ensemble"] = .object(result.json)
    summary["parameter_digests"] = .array(digests.map { JSONValue($0) })
    summary["seed"] = JSONValue(Int(clamping: configuration.seed))
    summary["ranks"] = JSONValue(session.group.size)
    let seconds = MonotonicClock.seconds - begin
    summary["seconds"] = JSONValue(seconds)
    summary["fingerprint"] = .object(start.fingerprint.items)
    for line in [""] + result.table { tell(line) }
    tell("")
    tell(
      "\(Text.duration(seconds)) in all; the ensemble is in \(directory.path)/\(EnsembleManifest.fileName)"
    )
    // Last of all: a run that has a summary lacks nothing.
    try directory.write(.object(summary), to: "summary.json")
  }
}
