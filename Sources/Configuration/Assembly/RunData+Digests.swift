import Datasets
import Formats

extension RunData {
  /// The digest of what one key of the configuration names.
  public struct SourceDigest: Hashable, Sendable {
    /// The key below `data`: `train`, `validation` or `test`.
    public var role: String
    /// The file, as messages name it.
    public var name: String
    /// The digest.
    public var digest: DataDigest
  }

  /// The metadata key of the digests of the data.
  public static let digestsKey = "data_digests"

  /// The digests as the metadata of checkpoints and models hold them.
  var digestMetadata: [(String, String)] {
    let members = digests.map { source in
      (source.role, JSONValue.object(RunData.json(source.digest)))
    }
    return [(RunData.digestsKey, JSONValue.object(JSONObject(members)).serialized())]
  }

  /// The sources whose digest is not that in `metadata`, each with what differs; none where `metadata` is of
  /// a version that stored no digests.
  public static func changes(
    _ digests: [SourceDigest], since metadata: [String: String]
  ) -> [(source: SourceDigest, difference: String)] {
    guard let text = metadata[digestsKey], let stored = try? JSONValue(parsing: text) else {
      return []
    }
    return digests.compactMap { source in
      guard let before = stored[source.role].flatMap(digest(of:)) else { return nil }
      return source.digest.difference(from: before).map { (source, $0) }
    }
  }

  private static func json(_ digest: DataDigest) -> JSONObject {
    func hex(_ number: UInt64) -> JSONValue {
      let digits = String(number, radix: 16)
      return JSONValue(String(repeating: "0", count: 16 - digits.count) + digits)
    }
    return JSONObject([
      ("samples", JSONValue(digest.samples)), ("inputs", hex(digest.inputs)),
      ("whole", .bool(digest.isWhole)), ("targets", hex(digest.targets)),
      ("weights", hex(digest.weights)),
    ])
  }

  private static func digest(of json: JSONValue) -> DataDigest? {
    func number(_ key: String) -> UInt64? { json[key]?.string.flatMap { UInt64($0, radix: 16) } }
    guard let samples = json["samples"]?.int, let inputs = number("inputs"),
      let isWhole = json["whole"]?.bool, let targets = number("targets"),
      let weights = number("weights")
    else { return nil }
    return DataDigest(
      samples: samples, inputs: inputs, isWhole: isWhole, targets: targets, weights: weights)
  }
}
