import Foundation
import Testing

/// A file that is needed and absent.
struct MissingData: Error, CustomStringConvertible {
  let description: String
}

/// The path of a file below the data folder: `NNTRAIN_DATA`, or `shared/data` beside the repository.
func sharedData(_ name: String) throws -> String {
  var root = URL(fileURLWithPath: #filePath)
  for _ in 0..<4 { root.deleteLastPathComponent() }
  let beside = root.deletingLastPathComponent().appendingPathComponent("shared/data").path
  let folder = ProcessInfo.processInfo.environment["NNTRAIN_DATA"] ?? beside
  let path = folder + "/" + name
  guard FileManager.default.fileExists(atPath: path) else {
    throw MissingData(
      description: "\(path) is absent: this test needs the data folder; set NNTRAIN_DATA to it")
  }
  return path
}
