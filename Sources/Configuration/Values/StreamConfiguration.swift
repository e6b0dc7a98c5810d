import Datasets
import Formats
import Training

/// The settings of a stream: records that are trained on as they arrive.
public struct StreamConfiguration: Hashable, Sendable {
  /// What is done with a record that is wrong.
  public enum Malformed: String, Hashable, Sendable, CaseIterable {
    /// The run ends with an error.
    case error
    /// It is left out and counted.
    case skip
  }

  /// The folder in which files arrive.
  public var folder: String?
  /// The pipe on which lines arrive.
  public var pipe: String?
  /// The name of the file that ends the stream of a folder.
  public var end = "END"
  /// The seconds for which a file must not have changed to be complete.
  public var quietSeconds = 1.0
  /// The seconds without a record after which the stream is over; nil for none.
  public var idle: Double?
  /// What is done with a record that is wrong.
  public var malformed = Malformed.error
  /// The records that are held ahead.
  public var buffer = 4096
  /// The steps between two reports, which stand for an epoch.
  public var logEvery = 100

  /// The defaults, without a source.
  public init() {}

  static let section = Section(
    StreamConfiguration(),
    fields: [
      Field(
        "folder", \.folder, ValueCodec.text("a folder").optional,
        "The folder in which files of the format of `train` arrive (csv, npz or cifar10), below the "
          + "root. Each is taken once, in the order of names among those that are complete; one that "
          + "is being written begins with a point or ends in `.tmp` or `.part`."),
      Field(
        "pipe", \.pipe, ValueCodec.text("a file name").optional,
        "In place of `folder`: the named pipe on which lines of CSV arrive until it is closed; `-` is "
          + "the standard input, which `mpirun` hands to the first rank."),
      Field(
        "end", \.end, ValueCodec.text("a file name"),
        "With `folder`: the name of the file that ends the stream, written behind the last one."),
      Field(
        "quiet_seconds", \.quietSeconds, .number(.nonNegative),
        "With `folder`: the seconds for which a file must not have changed to be taken; 0 where files "
          + "are renamed into the folder when they are complete."),
      Field(
        "idle", \.idle, ValueCodec.number(.positive).optional,
        "The seconds without a record after which the stream is over; unset it waits for ever."),
      Field(
        "malformed", \.malformed, .name,
        "What a record does that is wrong, or a whole file: `error` ends the run, `skip` leaves it out "
          + "and counts it."),
      Field(
        "buffer", \.buffer, .integer(atLeast: 1, atMost: Bound.samples),
        "The records that are held ahead at most, beside those of the file that was opened last; the "
          + "rest wait in the folder, or their writer does."),
      Field(
        "log_every", \.logEvery, .integer(atLeast: 1, atMost: Bound.steps),
        "The steps between two reports, which stand for an epoch: metrics are logged and the validation "
          + "set is evaluated."),
    ],
    finish: { (stream, node, place) throws(ConfigurationError) in
      guard (stream.folder == nil) != (stream.pipe == nil) else {
        throw ConfigurationError(
          at: node.position, "\(place.text) needs either a folder or a pipe from which records come"
        )
      }
      guard !stream.end.contains("/"), !stream.end.hasPrefix(".") else {
        throw ConfigurationError(
          at: node["end"]?.position ?? node.position,
          "\(place.child("end").text) is \"\(stream.end)\"; it must be the name of a file in the"
            + " folder, and not begin with a point")
      }
    })
}

extension DataConfiguration {
  /// Checks that the stream fits the other keys.
  func checkStream(_ node: ConfigurationNode, _ place: Place) throws(ConfigurationError) {
    guard let stream else { return }
    let at = node["stream"]?.position ?? node.position
    let text = place.child("stream").text
    let formats: [SourceConfiguration.Format] =
      stream.pipe == nil ? [.csv, .npz, .cifar10] : [.csv]
    guard let format = train.format, formats.contains(format) else {
      throw ConfigurationError(
        at: at,
        "\(text) takes \(stream.pipe == nil ? "files" : "lines") of the format of"
          + " \(place.child("train").text), which is \(train.format?.rawValue ?? "unknown"); it can be"
          + " \(formats.map(\.rawValue).joined(separator: ", "))")
    }
    guard train.window == nil else {
      throw ConfigurationError(
        at: node["train"]?["window"]?.position ?? at,
        "\(place.child("train").child("window").text) makes samples of several records, but with \(text)"
          + " each record that arrives is a sample; leave one of the two out, and let records hold the"
          + " values of their window")
    }
    for (key, isThere) in [
      ("augment", !augment.isEmpty), ("bootstrap", bootstrap),
      ("sample_weights", sampleWeights != nil),
    ] where isThere {
      throw ConfigurationError(
        at: node[key]?.position ?? at,
        "\(place.child(key).text) is about the samples of the training part, but with \(text) only those"
          + " are learnt from that arrive; leave one of the two out")
    }
  }
}

extension RunConfiguration {
  /// Checks the keys that a stream excludes; trains until the stream ends unless a length is set.
  mutating func finishStream(_ node: ConfigurationNode) throws(ConfigurationError) {
    guard data.stream != nil else { return }
    if node["training"]?["epochs"] == nil { training.length = .unlimited }
    for (key, isThere) in [
      ("pretraining", pretraining != nil), ("ensemble", ensemble != EnsembleConfiguration()),
    ] where isThere {
      throw ConfigurationError(
        at: node[key]?.position ?? node.position,
        "\(key) trains more than once, but what data.stream brings comes once; leave one of the two out"
      )
    }
    if training.batch == .full {
      throw ConfigurationError(
        at: node["training"]?["batch"]?.position ?? node.position,
        "training.batch is full, but with data.stream nobody knows how many records will come; give a"
          + " number")
    }
  }

  /// The plan of the stream; nil where the run has none.
  func streamPlan(
    _ data: RunData, _ evaluation: EvaluationPlan, batch: Int
  ) throws(ConfigurationError) -> FollowPlan? {
    guard let stream = self.data.stream else { return nil }
    // Far beyond what a counter would bear there is nothing to gain.
    guard stream.logEvery <= Int(Int32.max), batch <= Int(Int32.max) else {
      throw ConfigurationError(
        at: nil,
        "data.stream.log_every is \(stream.logEvery) steps of \(batch) records; use a smaller number"
      )
    }
    let (schema, preprocessing, weights) = (data.schema, data.preprocessing, data.classWeights)
    let targets = TargetCheck(self, evaluation.graph)
    let (ids, padding) = (IdCheck(evaluation.graph), PaddingCheck(evaluation.graph))
    let reader = ArrivalReader(
      schema: schema, template: spec(of: self.data.train),
      skipsMalformed: stream.malformed == .skip,
      prepare: { try RunData.prepare($0, preprocessing, classWeights: weights) },
      flaw: { part, start in
        [
          try targets.flaw(in: part, from: start), try ids?.flaw(in: part, from: start),
          try padding?.flaw(in: part, from: start),
        ].compactMap { $0 }.min { $0.sample < $1.sample }
      })
    let place: FollowPlan.Place =
      if let folder = stream.folder {
        .folder(self.data.path(folder), end: stream.end, settle: stream.quietSeconds)
      } else {
        .pipe(
          stream.pipe == PipeReader.standardInput
            ? PipeReader.standardInput : self.data.path(stream.pipe ?? ""))
      }
    let training = data.training
    let records = ArrivedRecords(
      Batch(
        capacity: batch, inputWidth: training.inputShape.count,
        targetWidth: evaluation.targetWidth, targetForm: evaluation.targetForm),
      inputShape: training.inputShape, targets: training.targets)
    return FollowPlan(
      place: place, reader: reader, idle: stream.idle, buffer: stream.buffer,
      round: stream.logEvery,
      records: records)
  }
}
