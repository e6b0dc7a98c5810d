import Ensembles

/// Networks that are trained independently of one another and combined.
public struct MembersConfiguration: Hashable, Sendable {
  /// How many.
  public var count = 5
  /// Whether each trains on a bootstrap sample of its own.
  public var bootstrap = false
  /// How they are combined.
  public var combination = Combination.mean
  /// What changes the configuration of each member, as `--set` takes it; nil for nothing.
  public var vary: [[String]]?
  /// Where it is written.
  public var position: SourcePosition?

  /// The defaults.
  public init() {}

  /// The keys that are the same for all members: what they read, and how they are judged.
  private static let common = ["data", "ensemble", "metrics", "reduction", "evaluation", "name"]

  static let section = Section(
    MembersConfiguration(), shorthand: "count",
    fields: [
      Field(
        "count", \.count, .integer(atLeast: 2, atMost: Bound.copies), required: true,
        "How many networks."),
      Field(
        "bootstrap", \.bootstrap, .truth,
        "Whether each trains on as many samples, drawn with replacement by its seed (bagging)."),
      Field(
        "combine", \.combination,
        .name(of: [.mean, .geometricMean, .majority, .validationWeights, .stacking]),
        "As for snapshots, or `stacking`: the linear combination, weights at least 0 that add up to "
          + "1, that fits the validation part best."),
      Field(
        "vary", \.vary,
        ValueCodec.text("KEY=VALUE").list("a list of overrides")
          .list("a list of lists of overrides, one for each member").optional,
        "What changes each member's configuration, a list for each, as `--set` takes it; not `data` "
          + "nor what judges it."),
    ],
    finish: { (members, node, place) throws(ConfigurationError) in
      members.position = node.position
      guard let vary = members.vary else { return }
      guard vary.count == members.count else {
        throw ConfigurationError(
          at: node["vary"]?.position ?? node.position,
          "\(place.child("vary").text) has \(vary.count) lists for \(members.count) members; give one"
            + " for each, [] for no change")
      }
      for (index, changes) in vary.enumerated() {
        for change in changes {
          let key = change.prefix { $0 != "." && $0 != "=" }
          guard common.contains(String(key)) else { continue }
          throw ConfigurationError(
            at: node["vary"]?.list?[index].position ?? node.position,
            "\(place.child("vary").child("\(index)").text) changes \(key), which all members of an"
              + " ensemble have in common; change it for the whole run")
        }
      }
    })
}
