import Configuration
import Formats
import Layers
import Pretraining
import Training

/// The stages before a run: each is trained to its end, or found finished, in its own folder.
struct PretrainingRun {
  private let session: RankSession
  private let start: RunStart
  private let request: RunRequest
  private let plan: PretrainingPlan
  private let data: RunData
  private let isQuiet: Bool
  private let isVerbose: Bool
  private let begin: Double

  /// Settles what can be wrong with the run and its stages, and opens the run's directory.
  init(
    _ start: inout RunStart, _ request: RunRequest, session: RankSession, isQuiet: Bool,
    isVerbose: Bool, since begin: Double
  ) throws {
    self.session = session
    self.request = request
    self.isQuiet = isQuiet
    self.isVerbose = isVerbose
    self.begin = begin
    let (configuration, shards, ranks) = (start.configuration, start.shards, session.group.size)
    let (data, plan, metadata) = try session.onEveryHost {
      let data = try RunData(configuration)
      let whole = try RunAssembly(configuration, data: data, ranks: ranks, shards: shards)
      let plan = try PretrainingPlan(configuration, inputShape: data.training.inputShape)
      try plan.check(data)
      return (data, plan, whole.plan.modelMetadata)
    }
    try session.agreeOnData(data.digests, metadata)
    var opened = start
    // Stages that are finished are not trained again, whatever the number of ranks.
    var isFinished = plan.stages.map { _ in 0 }
    try session.onCoordinator {
      guard let path = opened.found.directory?.path else { return }
      for (index, stage) in plan.stages.enumerated()
      where RunFinder.isFinished("\(path)/\(stage.folder)", stage.configuration) {
        isFinished[index] = 1
      }
    }
    isFinished = try session.group.communicator.broadcast(isFinished, root: 0)
    try session.together {
      for (stage, isFinished) in zip(plan.stages, isFinished) where isFinished == 0 {
        _ = try stage.draft(data, ranks: ranks)
      }
    }
    try session.onCoordinator {
      try opened.openDirectory()
      guard let directory = opened.found.directory else { return }
      _ = try directory.createFolder("stages")
      if opened.found.hasNewStageSettings {
        let progress = try StageProgress(run: directory.path)
        for stage in plan.stages { try progress.forget(stage.folder) }
      }
      // So that --resume knows the run before its last stage has come to an end.
      try directory.write(configuration.resolvedText, to: "config.yaml")
    }
    (self.data, self.plan) = (data, plan)
    start = opened
    self.start = opened
  }

  /// Trains the stages that are not finished; the exit code of the one that was stopped, else 0.
  func train(stop: StopSignal) throws -> Int32 {
    let path = try session.group.communicator.broadcast(
      start.found.directory?.path ?? "", root: 0)
    for stage in plan.stages {
      let code = try train(stage, in: path, stop: stop)
      if code != 0 { return code }
    }
    return 0
  }

  /// Gives the network what the stages have learnt.
  var part: RunPart {
    RunPart(initialize: { trainer in
      var copies: [ParameterCopy] = []
      try session.onCoordinator {
        guard let path = start.found.directory?.path else { return }
        let files = try models(of: plan.stages, in: path)
        if let last = files.last {
          copies += plan.inherited.map { ParameterCopy($0, from: $0, of: last) }
        }
        for (stage, file) in zip(plan.stages, files) {
          // What is trained later comes last, and stays.
          copies += stage.handedOn(file)
        }
      }
      try trainer.initialize(copying: copies)
    })
  }

  private func models(
    of stages: some Sequence<PretrainingStage>, in path: String
  ) throws(FileError) -> [SafetensorsReader] {
    var files: [SafetensorsReader] = []
    for stage in stages {
      files.append(try SafetensorsReader(path: "\(path)/\(stage.folder)/model.safetensors"))
    }
    return files
  }

  private func train(
    _ stage: PretrainingStage, in path: String, stop: StopSignal
  ) throws -> Int32 {
    let request = try session.together {
      try RunRequest.parse(
        ["--run", "\(path)/\(stage.folder)"] + (self.request.resume ? ["--resume"] : [])
          + (self.request.allowInexactResume ? ["--allow-inexact-resume"] : []))
    }
    let own = try RunStart(stage.configuration, request, session: session)
    guard !own.isFinished else { return 0 }
    let before = try session.onEveryHost {
      try models(of: plan.stages.prefix(stage.number - 1), in: path)
    }
    let session = session
    let part = RunPart(
      assemble: { _, shards in
        try stage.assembly(
          data, files: before, shards: shards, group: session.group, engine: session.engine,
          stream: session.stream)
      },
      initialize: { try $0.initialize(copying: stage.inheritance(before)) },
      conclude: { trainer, result in
        try BoltzmannConclusion(stage, session: session)?.end(trainer, result) ?? RunPart.End()
      })
    let run = try TrainingRun(
      own, session: session, isQuiet: isQuiet, isVerbose: isVerbose, since: begin, as: part)
    return try run.train(stop: stop)
  }
}
