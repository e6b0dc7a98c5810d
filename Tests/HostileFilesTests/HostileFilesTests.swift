import Foundation
import Testing
import _HostileFiles
import _TestSupport

/// Damaged files of every kind. `scripts/fuzz.sh` searches on, guided by what the readers do.
@Suite struct HostileFilesTests {
  /// Inputs that the readers accept or that have broken one once: `Tests/Corpus/<reader>/`.
  static func corpus(_ reader: HostileReader) throws -> [[UInt8]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Corpus/\(reader.rawValue)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      Array(try Data(contentsOf: folder.appendingPathComponent($0)))
    }
  }

  /// As many as fit into a second, 50 at least, the same from run to run; the file that broke a reader stays where `path` says.
  @Test("no damaged file breaks a reader", arguments: HostileReader.allCases)
  func damaged(_ reader: HostileReader) throws {
    let inputs = try HostileFilesTests.corpus(reader)
    let path = FileManager.default.temporaryDirectory.path + "/nntrain-hostile-\(reader)"
    let seconds = ProcessInfo.processInfo.environment["NNTRAIN_FUZZ_SECONDS"].flatMap(Double.init)
    let end = Date() + (seconds ?? 1)
    let accepted = try inputs.filter { try reader.accepts($0, path: path) }.count
    #expect(accepted > 0, "no whole file of \(inputs.count) is accepted")
    var number = 0
    while Date() < end || number < 50 {
      var mutator = Mutator(number: number)
      _ = try reader.accepts(mutator.damaged(inputs), path: path)
      number += 1
    }
    try FileManager.default.removeItem(atPath: path)
  }
}
