import Datasets
import Foundation
import Testing
import Zlib

@Suite struct CIFARReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func record(_ label: UInt8, _ seed: Int) -> [UInt8] {
    [label] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 &* seed &+ seed) }
  }

  @Test func theSubsetMatchesItsKnownSums() throws {
    // Sums by NumPy 2.4 over the decompressed file.
    let dataset = try CIFARReader.read(paths: [sharedData("cifar-10/jpeg-test-5000.bin.gz")])
    #expect(dataset.count == 5000 && dataset.inputShape == [3, 32, 32])
    #expect(dataset.targets == .classes(CIFARReader.classNames))
    let all = try read(dataset)
    #expect(all.inputs.reduce(0) { $0 + Int($1) } == 1_880_135_554)
    #expect(all.targets[..<20] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(try read(dataset, [1]).inputs.reduce(0, +) == 233_260)
  }

  @Test func severalFilesFollowOneAnother() throws {
    let first = try folder.file("1.bin", record(3, 1) + record(9, 2))
    let second = try folder.file("2.bin.gz", gzip(record(0, 3) + record(1, 4)))
    let dataset = try CIFARReader.read(paths: [first, second])
    #expect(dataset.count == 4)
    let all = try read(dataset, [3, 0, 1, 2, 3])
    #expect(all.targets == [1, 3, 9, 0, 1])
    #expect(all.inputs[..<3072] == all.inputs[(4 * 3072)...])
    #expect(all.inputs[3072 + 5] == 6 && all.inputs[3 * 3072 + 5] == 18)
    expectFailure(.badRequest, "empty") { _ = try CIFARReader.read(paths: []) }
  }

  @Test func largeFilesAreReadInPieces() throws {
    let path = try folder.file("data.bin", (0..<200).flatMap { record(UInt8($0 % 10), $0 + 1) })
    let whole = try CIFARReader.read(paths: [path])
    let pieces = try CIFARReader.read(paths: [path], limits: ReadLimits(inMemory: 1000))
    let order = [199, 0, 63, 64, 65, 128]
    #expect(try read(whole, order) == read(pieces, order))
    #expect(truncate(path, 3073 * 100) == 0)
    expectFailure(.badContent, path, "has been changed") { _ = try read(pieces, [150]) }
  }

  @Test func badFilesAreRefused() throws {
    func open(_ bytes: [UInt8]) throws {
      _ = try CIFARReader.read(paths: [folder.file("bad.bin", bytes)])
    }
    expectFailure(.unreadable, "No such file") {
      _ = try CIFARReader.read(paths: [folder.path + "/absent.bin"])
    }
    expectFailure(.badContent, "empty") { try open([]) }
    expectFailure(.badContent, "record 1 has 10 bytes") {
      try open(record(1, 1) + record(2, 1)[..<10])
    }
    expectFailure(.badContent, "record 1", "label 10") { try open(record(9, 1) + record(10, 1)) }
    let bomb = try gzip([UInt8](repeating: 0, count: 3073 * 2000))
    expectFailure(.badContent, "more than 100000 bytes") {
      _ = try CIFARReader.read(
        paths: [folder.file("bomb.bin.gz", bomb)], limits: ReadLimits(unpacked: 100_000))
    }
  }
}
