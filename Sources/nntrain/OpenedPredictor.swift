import Configuration
import Ensembles
import Formats
import Models
import Training

/// What a command measures or predicts with: one saved model, or several together.
struct OpenedPredictor {
  /// The model, or the first of several: what its data mean holds for all.
  let first: OpenedModel
  private var others: [OpenedModel] = []
  private var manifest: EnsembleManifest?
  private let path: String

  /// Whether it is several models.
  var isEnsemble: Bool { manifest != nil }

  /// Opens the model or the manifest at `path`.
  ///
  /// - Throws: `FileError` where a file is absent, or members do not go together.
  init(_ path: String) throws {
    self.path = path
    guard path.hasSuffix(".json") else {
      first = try OpenedModel(path)
      return
    }
    let manifest = try EnsembleManifest(path: path)
    self.manifest = manifest
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let models = try manifest.members.map { member in
      try OpenedModel(member.file.hasPrefix("/") ? member.file : folder + member.file)
    }
    first = models[0]
    others = Array(models.dropFirst())
    for model in others { try OpenedPredictor.check(model, beside: first) }
    if let flaw = manifest.combination.flaw(meaning) { throw FileError(.badContent, path, flaw) }
  }

  /// All read the same samples and give the same outputs.
  private static func check(_ model: OpenedModel, beside first: OpenedModel) throws(FileError) {
    func foreign(_ what: String) -> FileError {
      FileError(
        .badContent, model.reader.path,
        "\(what) are not those of \(first.reader.path); members of an ensemble must have been trained"
          + " on the same data")
    }
    guard model.plan.positions == 1 else {
      throw FileError(
        .badContent, model.reader.path,
        "answers at each of \(model.plan.positions) steps; ensembles combine one answer per sample")
    }
    let (mine, firsts) = (model.description, first.description)
    guard mine.schema.target == firsts.schema.target else {
      throw foreign("its classes or targets")
    }
    guard mine.schema == firsts.schema else { throw foreign("its inputs") }
    guard mine.preprocessing == firsts.preprocessing else { throw foreign("its prepared inputs") }
    guard model.meaning == first.meaning else { throw foreign("its kind of outputs") }
  }

  private var meaning: OutputMeaning { first.meaning }

  /// The model, or the ensemble, with all parameters.
  ///
  /// - Throws: `FileError` where a member's parameters are not those that the manifest names.
  func load(_ session: RankSession, ranksOnHost: Int = 1) throws -> any Predictor {
    guard let manifest else { return try first.load(session, ranksOnHost: ranksOnHost) }
    var models: [TrainedModel] = []
    for (opened, member) in zip([first] + others, manifest.members) {
      let model = try opened.load(session, ranksOnHost: ranksOnHost)
      let digest = model.parameterDigest
      guard member.digest ?? digest == digest else {
        throw FileError(
          .badContent, opened.reader.path,
          "is not the file that \(path) names: its parameters have the digest \(digest.prefix(12))…,"
            + " not \(member.digest?.prefix(12) ?? "")…; bring the right one back")
      }
      models.append(model)
    }
    let weights = manifest.members.map { $0.weight ?? 1 }
    return try Ensemble(
      models, by: manifest.combination.rule(meaning, weights: weights), judgedBy: first.plan,
      objective: first.description.configuration.objective, group: session.group,
      engine: session.engine, stream: session.stream)
  }
}

extension OpenedModel {
  /// What the outputs are.
  fileprivate var meaning: OutputMeaning {
    description.configuration.outputMeaning(description.schema.target, graph: plan.graph)
  }
}
