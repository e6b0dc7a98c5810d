import Foundation
import Testing

@testable import Datasets

/// Numbers that single precision does not tell apart keep their differences until they are prepared.
@Suite struct WideNumbersTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 40 times, 3 s apart.
  private static let times = (0..<40).map { 1_700_000_000 + 3 * $0 }

  /// (i − 19.5) / √((40² − 1) / 12), standardized by hand.
  private static let standardized = (0..<40).map {
    (Double($0) - 19.5) / (1599.0 / 12).squareRoot()
  }

  private func expectStandardized(
    _ source: any GatheringDataset, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let fitted = try Preprocessing(fitting: [.standardize], to: source)
    let found = try read(PreprocessedDataset(source, fitted)).inputs
    #expect(Set(found).count == 40, sourceLocation: sourceLocation)
    for (value, wanted) in zip(found, Self.standardized) {
      #expect(abs(Double(value) - wanted) < 1e-6, "\(value)", sourceLocation: sourceLocation)
    }
  }

  private func npy(_ type: String, _ words: [UInt64]) throws -> String {
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(words.count),), }"
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
    bytes += Array(header.utf8)
    for word in words {
      for shift in 0..<8 { bytes.append(UInt8(word >> (8 * UInt64(shift)) & 255)) }
    }
    return try folder.file("x.npy", bytes)
  }

  @Test func timesOfATableKeepTheirDifferences() throws {
    let text = Self.times.enumerated().map { "\($1),\($0)\n" }.joined()
    try expectStandardized(CSVReader.read(path: folder.file("t.csv", text), options: CSVOptions()))
    // Through the first samples, and where other columns are categories or have gaps.
    let table = try CSVReader.read(path: folder.file("t.csv", text), options: CSVOptions())
    try expectStandardized(Subset(table, Array(0..<40)))
    let mixed = Self.times.map { "\($0),\($0 % 2 == 0 ? "a" : "b"),1\n" }.joined()
    let encoded = try CSVReader.read(
      path: folder.file("t.csv", mixed), options: CSVOptions(categorical: .automatic))
    let fitted = try Preprocessing(fitting: [.oneHot, .minMax], to: encoded)
    let rows = try read(PreprocessedDataset(encoded, fitted)).inputs
    #expect(stride(from: 0, to: 120, by: 3).map { rows[$0] } == (0..<40).map { Float($0) / 39 })
  }

  @Test func windowsOfATableKeepTheirDifferences() throws {
    let text = Self.times.map { "\($0)\n" }.joined()
    var options = CSVOptions(targets: [.index(0)], columns: [.index(0)])
    options.window = CSVOptions.Window(length: 2)
    let series = try DataSourceSpec(.csv(path: folder.file("t.csv", text), options: options)).open()
    let fitted = try Preprocessing(fitting: [.minMax], to: series)
    let found = try read(PreprocessedDataset(series, fitted), [0, 37]).inputs
    #expect(found == [0, 1 / 38, 37 / 38, 1])
  }

  @Test(arguments: ["<f8", "<i8"]) func arraysOfEightBytesKeepTheirDifferences(type: String) throws
  {
    let words = Self.times.map {
      type == "<f8" ? Double($0).bitPattern : UInt64(bitPattern: Int64($0))
    }
    let path = try npy(type, words)
    try expectStandardized(NPYReader.read(inputs: path, targets: nil))
    // Read row by row from the file.
    try expectStandardized(
      NPYReader.read(inputs: path, targets: nil, limits: ReadLimits(inMemory: 0)))
    var indices = [0, 1, 39]
    indices.reverse()
    var numbers = [0.0, 0, 0]
    var room = numbers.mutableSpan
    try NPYReader.read(inputs: path, targets: nil).gatherNumbers(indices.span, into: &room)
    #expect(numbers == indices.map { Double(Self.times[$0]) })
  }

  @Test func numbersAreHeldInSinglePrecisionWhileItIsExact() {
    var numbers = ExactNumbers()
    for number in [1.5, -3, .nan, 16_777_216] { numbers.append(number) }
    var isSingle: Bool?
    numbers.read({ _ in isSingle = true }, { _ in isSingle = false })
    #expect(isSingle == true && numbers.count == 4 && numbers[2].isNaN)
    numbers.append(16_777_217)
    numbers[1] = 0.1
    numbers.read({ _ in isSingle = true }, { _ in isSingle = false })
    #expect(isSingle == false && numbers[4] == 16_777_217 && numbers[1] == 0.1 && numbers[0] == 1.5)
    numbers.removeLast(2)
    #expect(numbers.count == 3)
  }
}
