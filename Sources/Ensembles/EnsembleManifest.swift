import Formats

/// The file that makes several model files one: their names, and how they are combined.
public struct EnsembleManifest: Hashable, Sendable {
  /// One model of an ensemble.
  public struct Member: Hashable, Sendable {
    /// The file, relative to the manifest's folder.
    public var file: String
    /// The digest of its parameters; nil takes any.
    public var digest: String?
    /// Its weight, where members are weighted.
    public var weight: Double?

    /// A member of the given properties.
    public init(file: String, digest: String? = nil, weight: Double? = nil) {
      self.file = file
      self.digest = digest
      self.weight = weight
    }
  }

  /// The file's name in a run directory.
  public static let fileName = "ensemble.json"
  /// The version that is written and read.
  private static let version = 1

  /// How the members are combined.
  public var combination: Combination
  /// The members in order.
  public var members: [Member]

  /// A manifest of the given parts.
  public init(_ combination: Combination, members: [Member]) {
    self.combination = combination
    self.members = members
  }

  /// The content of the file.
  public var json: JSONValue {
    let members = members.map { member in
      var json = JSONObject([("file", JSONValue(member.file))])
      json["parameter_digest"] = member.digest.map { JSONValue($0) }
      json["weight"] = member.weight.map { JSONValue($0) }
      return JSONValue.object(json)
    }
    return .object(
      JSONObject([
        ("nntrain_ensemble", JSONValue(EnsembleManifest.version)),
        ("combine", JSONValue(combination.rawValue)), ("members", .array(members)),
      ]))
  }

  /// Reads the manifest at `path`.
  ///
  /// - Throws: `FileError` where it can't be read, is no manifest, or of a newer version.
  public init(path: String) throws(FileError) {
    func bad(_ message: String) -> FileError { FileError(.badContent, path, message) }
    let value = try JSONFile.read(path)
    guard let version = value["nntrain_ensemble"]?.int else {
      throw bad("is no ensemble of nntrain; give a model, a run directory or an ensemble.json")
    }
    guard version == EnsembleManifest.version else {
      throw bad(
        "has the ensemble format \(version), but this nntrain reads \(EnsembleManifest.version); use"
          + " the nntrain that wrote it, or a newer one")
    }
    guard let combination = value["combine"]?.string.flatMap(Combination.init) else {
      let names = Combination.allCases.map(\.rawValue).joined(separator: ", ")
      throw bad("combine must be one of \(names)")
    }
    guard let entries = value["members"]?.array, !entries.isEmpty else {
      throw bad("names no members")
    }
    self.combination = combination
    members = []
    for (index, entry) in entries.enumerated() {
      guard let file = entry["file"]?.string, !file.isEmpty else {
        throw bad("member \(index + 1) has no file")
      }
      let weight = entry["weight"]?.double
      guard combination != .validationWeights || (weight ?? -1) > 0 else {
        throw bad(
          "member \(index + 1) (\(file)) has no weight above 0, which validation_weights need")
      }
      guard !combination.isWeighted || (weight ?? -1) >= 0 else {
        throw bad(
          "member \(index + 1) (\(file)) has no weight of at least 0, which \(combination.rawValue)"
            + " needs")
      }
      members.append(Member(file: file, digest: entry["parameter_digest"]?.string, weight: weight))
    }
    guard members.reduce(0, { $0 + ($1.weight ?? 0) }).isFinite else {
      throw bad("the weights of its members add up to more than a number can hold; scale them down")
    }
    guard !combination.isWeighted || members.contains(where: { $0.weight ?? 0 > 0 }) else {
      throw bad(
        "all members have the weight 0, by which \(combination.rawValue) cannot combine them")
    }
  }
}
