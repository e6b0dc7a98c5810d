import Ensembles
import Optimizers

/// The networks that a run keeps and combines.
public struct EnsembleConfiguration: Hashable, Sendable {
  /// Snapshots at the ends of the learning rate's cycles; nil for none.
  public var snapshots: SnapshotConfiguration?
  /// Networks that are trained independently; nil for none.
  public var members: MembersConfiguration?
  /// Networks of which each is trained on what the others get wrong; nil for none.
  public var adaboost: AdaBoostConfiguration?

  /// No ensemble.
  public init() {}

  static let section = Section(
    EnsembleConfiguration(),
    fields: [
      Field(
        "snapshots", \.snapshots, SnapshotConfiguration.section.codec.optional,
        "A network kept at the end of every cycle of the learning rate."),
      Field(
        "members", \.members, MembersConfiguration.section.codec.optional,
        "Networks that are trained independently, with seeds from the run's own one on."),
      Field(
        "adaboost", \.adaboost, AdaBoostConfiguration.section.codec.optional,
        "Networks trained one after another, each on samples weighed by the errors of those before."
      ),
    ],
    finish: { (ensemble, node, place) throws(ConfigurationError) in
      let given = ["snapshots", "members", "adaboost"].filter {
        node[$0].map { !$0.isNull } ?? false
      }
      guard given.count > 1 else { return }
      throw ConfigurationError(
        at: node[given[1]]?.position ?? node.position,
        "\(place.child(given[1]).text) and \(place.child(given[0]).text) exclude each other; keep one"
          + " of them")
    })

  /// Whether the run trains several networks, each in a directory of its own.
  public var trainsMembers: Bool { members != nil || adaboost != nil }
}

/// Snapshots at the ends of the learning rate's cycles.
public struct SnapshotConfiguration: Hashable, Sendable {
  /// The cycles of the run.
  public var cycles = 5
  /// The last snapshots that are combined; nil for all.
  public var last: Int?
  /// How they are combined.
  public var combination = Combination.mean
  /// Where it is written.
  public var position: SourcePosition?

  /// The defaults.
  public init() {}

  static let section = Section(
    SnapshotConfiguration(), shorthand: "cycles",
    fields: [
      Field(
        "cycles", \.cycles, .integer(atLeast: 1, atMost: Bound.copies), required: true,
        "The cycles of the run; with no schedule beside it, it is snapshot_cosine in so many."),
      Field(
        "last", \.last, ValueCodec.integer(atLeast: 1, atMost: Bound.copies).optional,
        "The last snapshots that are combined, so many; unset it is all."),
      Field(
        "combine", \.combination,
        .name(of: [.mean, .geometricMean, .majority, .validationWeights]),
        "The `mean` of the outputs, their `geometric_mean`, a `majority` of votes, or the mean by "
          + "`validation_weights`, e^−L of the validation objective L."),
    ],
    finish: { (snapshots, node, place) throws(ConfigurationError) in
      snapshots.position = node.position
      if let last = snapshots.last, last > snapshots.cycles {
        throw ConfigurationError(
          at: node["last"]?.position ?? node.position,
          "\(place.child("last").text) is \(last), but there are only \(snapshots.cycles) cycles;"
            + " combine at most \(snapshots.cycles)")
      }
    })
}

extension RunConfiguration {
  /// Sets the schedule that snapshots imply, and checks one that is written.
  mutating func finishSnapshots(_ schedule: ConfigurationNode?) throws(ConfigurationError) {
    guard let snapshots = ensemble.snapshots else { return }
    guard schedule?["method"] != nil else {
      self.schedule.method = SnapshotCosine(cycles: snapshots.cycles)
      self.schedule.position = snapshots.position
      return
    }
    let name = Registry.schedules.encode(self.schedule.method)
    guard let cyclic = self.schedule.method as? any CyclicSchedule else {
      throw ConfigurationError(
        at: self.schedule.position,
        "schedule is \(name.text ?? name.entries?.first?.key ?? "another one"), which has no cycles"
          + " for ensemble.snapshots; leave the method out, or use snapshot_cosine, cosine_restarts"
          + " or triangular")
    }
    if let cosine = cyclic as? SnapshotCosine, cosine.cycles != snapshots.cycles {
      throw ConfigurationError(
        at: self.schedule.position,
        "schedule (snapshot_cosine): cycles is \(cosine.cycles), but ensemble.snapshots.cycles is"
          + " \(snapshots.cycles); give one of them")
    }
  }
}
