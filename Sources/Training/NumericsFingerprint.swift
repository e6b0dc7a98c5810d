import Formats

/// What decides the bits of a run beside its configuration and seed: threads of a rank, instruction
/// set, processor model, the versions of oneDNN and nntrain.
public struct NumericsFingerprint: Hashable, Sendable {
  /// The items by name, in the order in which they are told.
  public private(set) var items: JSONObject

  /// A fingerprint of the given items.
  public init(
    threads: Int, instructionSet: String, processor: String, oneDNN: String, nntrain: String
  ) {
    items = [
      "threads": JSONValue(threads), "instruction_set": JSONValue(instructionSet),
      "processor": JSONValue(processor), "onednn": JSONValue(oneDNN),
      "nntrain": JSONValue(nntrain),
    ]
  }

  /// Adds in which numbers products are computed; single precision needs no word.
  ///
  /// - Parameter isNative: whether the processor multiplies them, or rounded numbers in single precision.
  public mutating func add(precision: String, isNative: Bool) {
    items["precision"] = JSONValue("\(precision) (\(isNative ? "native" : "emulated"))")
  }

  /// The fingerprint that a checkpoint holds.
  init?(_ text: String?) {
    guard let text, let object = (try? JSONValue(parsing: text))?.object else { return nil }
    items = object
  }

  /// The most threads of a rank that are accepted, the bound of the configuration.
  static let mostThreads = 1_024

  /// The threads of a rank.
  public var threads: Int? { items["threads"]?.int }

  /// The instruction set.
  public var instructionSet: String? { items["instruction_set"]?.string }

  /// Each item in which `present` differs, in words.
  public func differences(from present: NumericsFingerprint) -> [String] {
    var names = items.keys
    names += present.items.keys.filter { !names.contains($0) }
    return names.compactMap { name in
      let (then, now) = (items[name], present.items[name])
      guard then != now else { return nil }
      return "\(name) was \(words(then)) and is \(words(now))"
    }
  }

  private func words(_ value: JSONValue?) -> String {
    value.map { $0.string ?? $0.serialized() } ?? "unknown"
  }
}
