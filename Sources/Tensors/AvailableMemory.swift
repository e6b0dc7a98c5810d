#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory that this process can still allocate: the smallest of what the host has free, what the
/// control group leaves, and what `ulimit` leaves.
public struct AvailableMemory: Hashable, Sendable {
  /// The number of bytes.
  public var bytes: Int
  /// What sets the limit, such as `free memory of this host`.
  public var limit: String

  /// A limit of so many bytes.
  public init(bytes: Int, limit: String) {
    self.bytes = bytes
    self.limit = limit
  }

  /// The present limit; nil where the system reports none.
  public static func current() -> AvailableMemory? {
    let status = text("/proc/self/status") ?? ""
    return
      ([
        ofHost(information: text("/proc/meminfo") ?? ""),
        ofControlGroup(membership: text("/proc/self/cgroup") ?? "", root: "/sys/fs/cgroup"),
        ofAddressSpace(
          status: status, limit: resourceLimit(RLIMIT_AS.rawValue), "VmSize", "ulimit -v"),
        ofAddressSpace(
          status: status, limit: resourceLimit(RLIMIT_DATA.rawValue), "VmData", "ulimit -d"),
      ] as [AvailableMemory?]).compactMap { $0 }.min { $0.bytes < $1.bytes }
  }

  /// Ends the process, which can't go on without `bytes` bytes: one sentence on standard error, and the
  /// exit code of a configuration that is too large.
  static func endProcess(wanting bytes: Int) -> Never {
    var text = "nntrain: out of memory: \(bytes >> 20) MiB could not be allocated"
    if let available = current() {
      text += "; \(available.bytes >> 20) MiB are available (\(available.limit))"
    }
    let line = Array((text + "; use smaller layers or batches, or more memory\n").utf8)
    _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    _exit(78)
  }

  /// The free memory and swap space in the text of `/proc/meminfo`.
  static func ofHost(information: String) -> AvailableMemory? {
    guard let free = kilobytes("MemAvailable", in: information) else { return nil }
    let swap = kilobytes("SwapFree", in: information) ?? 0
    return AvailableMemory(bytes: free + swap, limit: "free memory of this host")
  }

  /// What the control groups of `membership`, the text of `/proc/self/cgroup`, leave: version 2 (the
  /// process's group and all above it) or version 1. Files that were read and are not in use count as
  /// free, since the kernel drops them first.
  static func ofControlGroup(membership: String, root: String) -> AvailableMemory? {
    var found: Int?
    func consider(_ folder: String, _ maximum: String, _ usage: String, _ inactive: String) {
      guard let limit = number(folder + "/" + maximum), let used = number(folder + "/" + usage)
      else { return }
      let dropped =
        text(folder + "/memory.stat").flatMap { value(inactive, in: $0) } ?? 0
      // Version 1 writes a number near 2⁶³ for no limit.
      guard limit < 1 << 60 else { return }
      found = min(found ?? .max, max(0, limit - max(0, used - dropped)))
    }
    for line in membership.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[0] == "0" && parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("memory") else { continue }
      var path = parts[2].split(separator: "/")
      while true {
        let folder = path.isEmpty ? "" : "/" + path.joined(separator: "/")
        if isUnified {
          consider(root + folder, "memory.max", "memory.current", "inactive_file")
        } else {
          consider(
            root + "/memory" + folder, "memory.limit_in_bytes", "memory.usage_in_bytes",
            "total_inactive_file")
        }
        if path.popLast() == nil { break }
      }
    }
    return found.map { AvailableMemory(bytes: $0, limit: "memory limit of the control group") }
  }

  /// What a limit on the process's own memory leaves; `key` names its present size in `status`, the
  /// text of `/proc/self/status`.
  static func ofAddressSpace(
    status: String, limit: Int?, _ key: String, _ name: String
  ) -> AvailableMemory? {
    guard let limit, let used = kilobytes(key, in: status) else { return nil }
    return AvailableMemory(bytes: max(0, limit - used), limit: name)
  }

  private static func resourceLimit(_ resource: UInt32) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource), &limit) == 0 else { return nil }
    return Int(exactly: limit.rlim_cur)
  }

  /// The number of a file that holds nothing else.
  private static func number(_ path: String) -> Int? {
    text(path).flatMap { $0.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } }
  }

  /// The bytes in the line `key: 1234 kB`.
  private static func kilobytes(_ key: String, in text: String) -> Int? {
    value(key + ":", in: text).flatMap {
      let (bytes, overflow) = $0.multipliedReportingOverflow(by: 1024)
      return overflow ? nil : bytes
    }
  }

  /// The number behind the word `key` at the beginning of a line.
  private static func value(_ key: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.count >= 2, words[0] == key { return Int(words[1]) }
    }
    return nil
  }

  /// The beginning of a small text file; nil where it can't be read.
  private static func text(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
