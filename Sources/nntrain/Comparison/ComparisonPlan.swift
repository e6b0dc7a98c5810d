import Configuration

/// What is compared: configurations, changed in every way that was asked for, each with some seeds.
struct ComparisonPlan {
  /// One configuration in one form.
  struct Variant {
    /// The name in tables.
    var name: String
    /// The configuration file; nil for the built-in experiment.
    var path: String?
    /// What changes it, as `--set` takes it.
    var overrides: [String]
    /// The configuration; nil where it is wrong.
    var configuration: RunConfiguration?
    /// What is wrong with it.
    var error: ConfigurationError?
  }

  /// One training.
  struct Member {
    /// The number of its variant.
    var variant: Int
    var seed: UInt64
    /// Its directory within the comparison's.
    var folder: String
  }

  private(set) var variants: [Variant] = []
  private(set) var members: [Member] = []

  /// All variants of the configurations at `paths`, each with `seeds` seeds from its own one on.
  ///
  /// - Throws: the first `ConfigurationError` where not one variant can be trained.
  init(
    paths: [String], overrides: [String], variations: [ConfigurationVariation], seeds: Int
  ) throws(ConfigurationError) {
    let paths: [String?] = paths.isEmpty ? [nil] : paths
    for path in paths {
      for choice in ConfigurationVariation.grid(variations) {
        let settings = choice.map { "\($0.key)=\($0.value)" }
        var variant = Variant(name: "", path: path, overrides: overrides + settings)
        do {
          let configuration = try ConfigurationLoader.load(
            path: path, overrides: variant.overrides, environment: Output.environment)
          try ComparisonPlan.requireRepeatable(configuration)
          variant.configuration = configuration
        } catch {
          variant.error = error
        }
        let name = variant.configuration?.name ?? path ?? "digits"
        let parts = (paths.count > 1 || settings.isEmpty ? [name] : []) + settings
        variant.name = parts.joined(separator: ", ")
        variants.append(variant)
      }
    }
    if let error = variants.first?.error, variants.allSatisfy({ $0.configuration == nil }) {
      throw error
    }
    for (number, variant) in variants.enumerated() {
      guard let configuration = variant.configuration else { continue }
      for seed in 0..<UInt64(seeds) {
        let seed = configuration.seed &+ seed
        members.append(
          Member(
            variant: number, seed: seed,
            folder: "\(number + 1)-\(ComparisonPlan.slug(variant.name))/seed-\(seed)"))
      }
    }
  }

  /// Every training of a comparison must see the same records, and be that of one network.
  private static func requireRepeatable(
    _ configuration: RunConfiguration
  ) throws(ConfigurationError) {
    if configuration.ensemble.trainsMembers {
      let kind = configuration.ensemble.members != nil ? "members" : "adaboost"
      throw ConfigurationError(
        at: nil,
        "ensemble.\(kind) trains several networks, but a comparison ranks the trainings of one; train the"
          + " ensemble by itself, which tells its gain over its members")
    }
    guard configuration.data.stream?.pipe != nil else { return }
    throw ConfigurationError(
      at: nil,
      "data.stream.pipe gives its records once, but a comparison trains several times; put the records"
        + " into files and stream them from their folder")
  }

  /// The figure by which variants are ranked: `wanted`, else the first metric that all have, else the
  /// objective.
  ///
  /// - Throws: `ConfigurationError` where a variant does not have the one that is wanted.
  func figure(_ wanted: String?) throws(ConfigurationError) -> (name: String, isLargerBetter: Bool)
  {
    let known = variants.compactMap { $0.configuration?.metrics }
    func isTold(_ name: String) -> Bool {
      known.allSatisfy { $0.contains { $0.name == name } }
    }
    let name = wanted ?? known.first?.first { isTold($0.name) }?.name ?? "objective"
    if name == "objective" { return (name, false) }
    guard isTold(name), let metric = known.first?.first(where: { $0.name == name }) else {
      throw ConfigurationError(
        .malformedOverride, at: nil,
        "--by is \"\(name)\", which not all variants tell; add it to their metrics, or use objective"
      )
    }
    return (name, metric.largerIsBetter)
  }

  /// A few letters of `name` that every file system takes.
  private static func slug(_ name: String) -> String {
    let letters = name.unicodeScalars.map { scalar -> Character in
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      return isPlain ? Character(scalar) : "-"
    }
    let words = String(letters).split(separator: "-").joined(separator: "-")
    return words.isEmpty ? "variant" : String(words.prefix(40))
  }
}
