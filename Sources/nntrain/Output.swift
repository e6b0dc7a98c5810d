#if canImport(Glibc)
  import Glibc
#endif

/// The two streams of the process, written without buffering of our own.
enum Output {
  /// Writes `text` to standard output, or to another descriptor.
  static func write(_ text: String, to descriptor: Int32 = 1) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Writes the one message of a failure to standard error.
  static func error(_ message: String) {
    write("nntrain: \(VisibleText.line(message))\n", to: 2)
  }

  /// Writes a note beside output that is data to standard error.
  static func note(_ text: String) { write("note: \(VisibleText.line(text))\n", to: 2) }

  /// Writes lines for people to standard output.
  static func lines(_ lines: [String]) {
    write(lines.map(VisibleText.line).joined(separator: "\n") + "\n")
  }

  /// Waits a moment for a launcher to pass on what was written: when a rank fails, it drops what it
  /// has not read yet.
  static func letTheLauncherRead() { usleep(100_000) }

  /// The name of this machine.
  static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "an unnamed host" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The process's environment.
  static var environment: [String: String] {
    var found: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        found[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next += 1
    }
    return found
  }
}
