#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The processor of this machine.
enum Processor {
  /// Its model, as the system calls it.
  static var model: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return model(inInformation: text)
  }

  /// The model in the text of `/proc/cpuinfo`: its name, else its implementer and part.
  static func model(inInformation text: String) -> String {
    func value(_ key: String) -> String? {
      for line in text.split(separator: "\n") where line.hasPrefix(key) {
        guard let colon = line.firstIndex(of: ":") else { continue }
        return String(line[line.index(after: colon)...].drop { $0 == " " })
      }
      return nil
    }
    if let name = value("model name") { return name }
    guard let maker = value("CPU implementer"), let part = value("CPU part") else {
      return "unknown"
    }
    return "implementer \(maker) part \(part)"
  }
}
