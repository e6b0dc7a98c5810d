import Datasets
import Foundation
import Testing
import Zlib

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct IDXReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// An IDX file of the given kind, extents and content.
  private func idx(_ kind: UInt8, _ extents: [Int], _ content: [UInt8]) -> [UInt8] {
    [0, 0, kind, UInt8(extents.count)]
      + extents.flatMap { extent in (0..<4).reversed().map { UInt8(extent >> (8 * $0) & 255) } }
      + content
  }

  @Test func mnistMatchesItsKnownSums() throws {
    // Sums by NumPy 2.4 over the decompressed files.
    let dataset = try IDXReader.read(
      inputs: sharedData("mnist/t10k-images-idx3-ubyte.gz"),
      targets: sharedData("mnist/t10k-labels-idx1-ubyte.gz"))
    #expect(dataset.count == 10_000)
    #expect(dataset.inputShape == [1, 28, 28])
    #expect(dataset.targets == .classes((0..<10).map(String.init)))
    let all = try read(dataset)
    #expect(all.inputs.reduce(0) { $0 + Int($1) } == 264_923_200)
    let weighted = all.inputs.indices.reduce(0) { $0 + Int(all.inputs[$1]) * ($1 % 251) }
    #expect(weighted == 33_094_773_509)
    #expect(all.targets[..<10] == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    var counts = [Int](repeating: 0, count: 10)
    for label in all.targets { counts[Int(label)] += 1 }
    #expect(counts == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    #expect(try read(dataset, [1]).inputs.reduce(0, +) == 28_850)
  }

  @Test func theTrainingSetOfMnistIsWhole() throws {
    let dataset = try IDXReader.read(
      inputs: sharedData("mnist/train-images-idx3-ubyte.gz"),
      targets: sharedData("mnist/train-labels-idx1-ubyte.gz"))
    #expect(dataset.count == 60_000)
    var (sum, counts) = (0, [Int](repeating: 0, count: 10))
    for start in stride(from: 0, to: 60_000, by: 1000) {
      let part = try read(dataset, Array(start..<start + 1000))
      sum += part.inputs.reduce(0) { $0 + Int($1) }
      for label in part.targets { counts[Int(label)] += 1 }
    }
    #expect(sum == 1_567_298_545)
    #expect(counts == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
  }

  @Test func everyKindOfNumberIsRead() throws {
    let cases: [(UInt8, [UInt8], [Float])] = [
      (0x08, [1, 255], [1, 255]),
      (0x09, [1, 255], [1, -1]),
      (0x0b, [1, 2, 255, 254], [258, -2]),
      (0x0c, [0, 1, 0, 0, 255, 255, 255, 255], [65_536, -1]),
      (0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], [1, -2.5]),
      (0x0e, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0], [1, -2.5]),
    ]
    for (kind, bytes, numbers) in cases {
      let path = try folder.file("kind-\(kind)", idx(kind, [2], bytes))
      let dataset = try IDXReader.read(inputs: path, targets: nil)
      #expect(dataset.inputShape == [1] && dataset.targets == .absent)
      #expect(try read(dataset).inputs == numbers, "kind \(kind)")
    }
  }

  @Test func dimensionsBecomeShapes() throws {
    for (extents, shape) in [
      ([2, 3], [3]), ([2, 3, 4], [1, 3, 4]), ([2, 3, 4, 5], [3, 4, 5]),
    ] {
      let count = extents.reduce(1, *)
      let path = try folder.file("shape", idx(8, extents, [UInt8](repeating: 1, count: count)))
      let dataset = try IDXReader.read(inputs: path, targets: nil)
      #expect(dataset.inputShape.dimensions == shape)
    }
  }

  @Test func largeFilesAreReadInPieces() throws {
    let content = (0..<600).map { UInt8($0 % 256) }
    let path = try folder.file("large", idx(8, [100, 2, 3], content))
    let labels = try folder.file("labels", idx(8, [100], (0..<100).map { UInt8($0 % 3) }))
    let whole = try IDXReader.read(inputs: path, targets: labels)
    let pieces = try IDXReader.read(
      inputs: path, targets: labels, limits: ReadLimits(inMemory: 599))
    let order = (0..<100).map { ($0 * 37) % 100 }
    #expect(try read(whole, order) == read(pieces, order))
    #expect(try read(pieces, [99]).inputs == content[594...].map { Float($0) })
    // A file that is overwritten or cut while it is in use is an error, whatever is read of it.
    let changed = try IDXReader.read(
      inputs: path, targets: labels, limits: ReadLimits(inMemory: 599))
    #expect(try read(changed, [49]).inputs == content[294..<300].map { Float($0) })
    // Longer than the clock of the file system takes to move on.
    usleep(20_000)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seek(toOffset: 400)
    try handle.write(contentsOf: [7])
    try handle.close()
    expectFailure(.badContent, path, "has been changed") { _ = try read(changed, [49]) }
    #expect(truncate(path, 16 + 300) == 0)
    expectFailure(.badContent, path, "has been changed") { _ = try read(pieces, [0, 50]) }
    #expect(try read(whole, [99]).inputs == content[594...].map { Float($0) })
  }

  @Test func notFiniteNumbersAreToldInMemoryAndInPieces() throws {
    let path = try folder.file(
      "nan", idx(0x0d, [2, 2], [0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 0x80, 0, 0, 0x7f, 0xc0, 0, 0]))
    expectFailure(.badContent, path, "record 1, element 0") {
      _ = try IDXReader.read(inputs: path, targets: nil)
    }
    let pieces = try IDXReader.read(inputs: path, targets: nil, limits: ReadLimits(inMemory: 0))
    #expect(try read(pieces, [0]).inputs == [0, 0])
    expectFailure(.badContent, path, "record 1, element 0") { _ = try read(pieces, [0, 1]) }
  }

  @Test func badFilesAreRefused() throws {
    let good = idx(8, [2, 3], [1, 2, 3, 4, 5, 6])
    func open(_ bytes: [UInt8]) throws {
      _ = try IDXReader.read(inputs: folder.file("bad", bytes), targets: nil)
    }
    expectFailure(.unreadable, "No such file") {
      _ = try IDXReader.read(inputs: folder.path + "/absent", targets: nil)
    }
    expectFailure(.badContent, "empty") { try open([]) }
    expectFailure(.badContent, "not an IDX file", "50 4e 47") { try open([0x50, 0x4e, 0x47, 1]) }
    expectFailure(.badContent, "not an IDX file") { try open([0, 0]) }
    expectFailure(.badContent, "not an IDX file") { try open([0, 0, 8, 0]) }
    expectFailure(.badContent, "not an IDX file") { try open([0, 0, 8, 5] + good[4...]) }
    expectFailure(.badContent, "not an IDX file") { try open([0, 0, 0x0a, 1, 0, 0, 0, 0]) }
    expectFailure(.badContent, "truncated", "header") { try open(Array(good[..<10])) }
    expectFailure(.badContent, "2×3", "6 bytes", "5 are there") { try open(good.dropLast()) }
    expectFailure(.badContent, "longer", "7 are there") { try open(good + [0]) }
    expectFailure(.badContent, "no samples") { try open(idx(8, [0, 3], [])) }
    let huge = idx(8, [0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [1])
    expectFailure(.badContent, "cannot be an array") { try open(huge) }
    expectFailure(.badContent, "4294967295×9") { try open(idx(8, [0xffff_ffff, 9], [1])) }
  }

  @Test func compressedFilesCannotClaimWhatTheyCannotHold() throws {
    func open(_ bytes: [UInt8]) throws {
      let packed = try gzip(bytes)
      _ = try IDXReader.read(inputs: folder.file("bad.gz", packed), targets: nil)
    }
    expectFailure(.badContent, "truncated", "at most") {
      try open(idx(8, [1_000_000, 784], [1, 2, 3]))
    }
    expectFailure(.badContent, "truncated in record 1") { try open(idx(8, [3, 3], [1, 2, 3, 4])) }
    expectFailure(.badContent, "longer") { try open(idx(8, [1, 3], [1, 2, 3, 4])) }
    let packed = try gzip(idx(8, [2, 3], [1, 2, 3, 4, 5, 6]))
    expectFailure(.badContent, "truncated") {
      _ = try IDXReader.read(
        inputs: folder.file("cut.gz", Array(packed.dropLast(3))), targets: nil)
    }
  }

  @Test func labelsAreChecked() throws {
    let inputs = try folder.file("inputs", idx(8, [3, 1], [1, 2, 3]))
    let labels = try folder.file("labels", idx(8, [3], [0, 2, 1]))
    let dataset = try IDXReader.read(inputs: inputs, targets: labels)
    #expect(dataset.targets == .classes(["0", "1", "2"]))
    expectFailure(.badContent, labels, "record 1", "label 2", "2 classes") {
      _ = try IDXReader.read(inputs: inputs, targets: labels, declared: .classes(["0", "1"]))
    }
    let renumbered = try IDXReader.read(
      inputs: inputs, targets: labels, declared: .classes(["2", "0", "1", "7"]))
    #expect(try read(renumbered).targets == [1, 0, 2])
    let values = try IDXReader.read(inputs: inputs, targets: labels, kind: .values)
    #expect(values.targets == .values(width: 1))
    #expect(try read(values).targets == [0, 2, 1])
    let negative = try folder.file("negative", idx(9, [3], [0, 255, 1]))
    expectFailure(.badContent, negative, "record 1", "-1") {
      _ = try IDXReader.read(inputs: inputs, targets: negative, kind: .classes)
    }
    let below = try IDXReader.read(inputs: inputs, targets: negative)
    #expect(below.targets == .values(width: 1))
    let short = try folder.file("short", idx(8, [2], [0, 1]))
    expectFailure(.badContent, "3 inputs but 2 targets") {
      _ = try IDXReader.read(inputs: inputs, targets: short)
    }
    let wide = try folder.file("wide", idx(8, [3, 2], [0, 1, 2, 1, 0, 1]))
    let sequences = try IDXReader.read(inputs: inputs, targets: wide, kind: .classes)
    #expect(sequences.targets == .classSequences(["0", "1", "2"], steps: 2))
    #expect(try read(sequences).targets == [0, 1, 2, 1, 0, 1])
    #expect(
      try read(sequences, [1], form: .oneHot, targetWidth: 6).targets == [0, 0, 1, 0, 1, 0])
    expectFailure(.badContent, wide, "record 1", "label 2", "2 classes") {
      _ = try IDXReader.read(
        inputs: inputs, targets: wide, declared: .classSequences(["0", "1"], steps: 2))
    }
  }
}
