/// One value in which two configurations differ.
public struct ConfigurationDifference: Hashable, Sendable, CustomStringConvertible {
  /// The keys that lead to it, joined by dots.
  public var key: String
  /// What the one has; nil where it has nothing.
  public var was: String?
  /// What the other has.
  public var `is`: String?

  /// Such as `training.batch was 32 and is 64`.
  public var description: String {
    "\(key) was \(ConfigurationDifference.short(was)) and is \(ConfigurationDifference.short(`is`))"
  }

  /// Whether a run that goes on with the other value still means the same: how long it trains, what
  /// it writes, how ranks wait for one another; where weights of samples lie, which are compared with
  /// those of the checkpoint.
  public var keepsMeaning: Bool {
    let free = [
      "name", InitialWeights.key, "training.epochs", "training.time_limit", "checkpoints",
      "logging",
      "data.root", "data.sample_weights", "parallel.watchdog", "parallel.bucket",
      "parallel.lockstep",
      "parallel.shared_memory", "data.stream.idle", "data.stream.quiet_seconds",
      "data.stream.buffer",
      "data.stream.malformed",
    ]
    return free.contains { key == $0 || key.hasPrefix($0 + ".") }
  }

  private static func short(_ text: String?) -> String {
    guard let text else { return "unset" }
    return text.count <= 80 ? text : text.prefix(77) + "..."
  }
}

extension RunConfiguration {
  /// Every value in which `present` differs from this configuration, in the order of the keys.
  public func differences(from present: RunConfiguration) -> [ConfigurationDifference] {
    var found: [ConfigurationDifference] = []
    RunConfiguration.compare(
      RunConfiguration.section.encode(self), RunConfiguration.section.encode(present), [],
      into: &found)
    return found
  }

  private static func compare(
    _ was: ConfigurationNode, _ present: ConfigurationNode, _ path: [String],
    into found: inout [ConfigurationDifference]
  ) {
    if let left = was.entries, let right = present.entries, !isOtherMethod(left, right) {
      var keys = left.map(\.key)
      keys += right.map(\.key).filter { !keys.contains($0) }
      for key in keys {
        compare(was[key] ?? .null, present[key] ?? .null, path + [key], into: &found)
      }
    } else if let left = was.list, let right = present.list, left.count == right.count {
      for (index, pair) in zip(left, right).enumerated() {
        compare(pair.0, pair.1, path + ["\(index)"], into: &found)
      }
    } else {
      func text(_ node: ConfigurationNode) -> String? {
        node.isNull ? nil : YAMLWriter.line(node)
      }
      guard text(was) != text(present) else { return }
      found.append(
        ConfigurationDifference(
          key: path.joined(separator: "."), was: text(was), is: text(present)))
    }
  }

  /// Whether two sections name two methods, whose settings are not to be compared.
  private static func isOtherMethod(
    _ left: [ConfigurationNode.Entry], _ right: [ConfigurationNode.Entry]
  ) -> Bool {
    left.count == 1 && right.count == 1 && left[0].key != right[0].key
  }
}
