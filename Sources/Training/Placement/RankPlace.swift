import Formats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where one rank runs, in its own words.
public struct RankPlace: Hashable, Sendable {
  /// The host.
  public var host: String
  /// The cores that the rank may use.
  public var cores: [Int]
  /// The processor's model.
  public var processor: String
  /// The message-passing library.
  public var library: String
  /// The bytes of memory that are free for all ranks of the host; nil where that can't be told.
  public var freeMemory: Int?

  /// A place of the given properties.
  public init(
    host: String, cores: [Int], processor: String, library: String, freeMemory: Int? = nil
  ) {
    self.host = host
    self.cores = cores
    self.processor = processor
    self.library = library
    self.freeMemory = freeMemory
  }

  /// Where this process runs.
  public static func current(host: String, processor: String, library: String) -> RankPlace {
    func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
    let status = text("/proc/self/status") ?? ""
    var free = memory(inInformation: text("/proc/meminfo") ?? "")
    let group = "/sys/fs/cgroup/memory."
    if let limit = text(group + "max").flatMap({ Int($0.trimmed) }),
      let used = text(group + "current").flatMap({ Int($0.trimmed) })
    {
      free = min(free ?? .max, max(0, limit - used))
    }
    return RankPlace(
      host: host, cores: cores(inStatus: status), processor: processor, library: library,
      freeMemory: free)
  }

  /// The cores in the line `Cpus_allowed_list: 0-3,8` of a process's status.
  static func cores(inStatus text: String) -> [Int] {
    for line in text.split(separator: "\n") where line.hasPrefix("Cpus_allowed_list:") {
      return line.dropFirst("Cpus_allowed_list:".count).split(separator: ",").flatMap { part in
        let ends = part.split(separator: "-").compactMap { Int(String($0).trimmed) }
        guard let first = ends.first, let last = ends.last, first <= last else { return [Int]() }
        return Array(first...last)
      }
    }
    return []
  }

  /// The bytes in the line `MemAvailable: 1234 kB` of the system's memory.
  static func memory(inInformation text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
    }
    return nil
  }

  /// The place as text, for the other ranks.
  public var serialized: String {
    JSONValue.array([
      JSONValue(host), .array(cores.map { JSONValue($0) }), JSONValue(processor),
      JSONValue(library), freeMemory.map { JSONValue($0) } ?? .null,
    ]).serialized()
  }

  /// The place that another rank has written; nil where it is none.
  public init?(serialized text: String) {
    guard let parts = (try? JSONValue(parsing: text))?.array, parts.count == 5,
      let host = parts[0].string, let cores = parts[1].array, let processor = parts[2].string,
      let library = parts[3].string
    else { return nil }
    self.init(
      host: host, cores: cores.compactMap(\.int), processor: processor, library: library,
      freeMemory: parts[4].int)
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
