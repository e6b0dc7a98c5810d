import Datasets
import Foundation
import Testing

@Suite struct NPZReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  // numpy 2.4.6, a = np.arange(6, dtype='<f4').reshape(3, 2) / 4, t = np.array([2, 0, 1], '<i8'):
  // np.savez(f, inputs=a, targets=t) and np.savez_compressed(f, inputs=a, targets=t).
  private static let stored = """
    UEsDBC0AAAAAAAAAIQCJv5wz//////////8KABQAaW5wdXRzLm5weQEAEACYAAAAAAAAAJgAAAAAAAAAk05VTVBZAQB2\
    AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsIDIpLCB9ICAgICAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPgAAAD8AAEA/AACA\
    PwAAoD9QSwMELQAAAAAAAAAhAIoazhP//////////wsAFAB0YXJnZXRzLm5weQEAEACYAAAAAAAAAJgAAAAAAAAAk05V\
    TVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoCAAAAAAAAAAAAAAAA\
    AAAAAQAAAAAAAABQSwECLQMtAAAAAAAAACEAib+cM5gAAACYAAAACgAAAAAAAAAAAAAAgAEAAAAAaW5wdXRzLm5weVBL\
    AQItAy0AAAAAAAAAIQCKGs4TmAAAAJgAAAALAAAAAAAAAAAAAACAAdQAAAB0YXJnZXRzLm5weVBLBQYAAAAAAgACAHEA\
    AACpAQAAAAA=
    """
  private static let deflated = """
    UEsDBC0AAAAIAAAAIQCJv5wz//////////8KABQAaW5wdXRzLm5weQEAEACYAAAAAAAAAFYAAAAAAAAAm+wX6hsQychQ\
    xlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjoKRpo6CrUKZAMuBjBosAMS9gwM\
    DkDcAMQL7AFQSwMELQAAAAgAAAAhAIoazhP//////////wsAFAB0YXJnZXRzLm5weQEAEACYAAAAAAAAAEoAAAAAAAAA\
    m+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1ChQALiYG\
    VMAIpQFQSwECLQMtAAAACAAAACEAib+cM1YAAACYAAAACgAAAAAAAAAAAAAAgAEAAAAAaW5wdXRzLm5weVBLAQItAy0A\
    AAAIAAAAIQCKGs4TSgAAAJgAAAALAAAAAAAAAAAAAACAAZIAAAB0YXJnZXRzLm5weVBLBQYAAAAAAgACAHEAAAAZAQAA\
    AAA=
    """

  private func bytes(_ text: String) -> [UInt8] { [UInt8](Data(base64Encoded: text) ?? Data()) }

  private func open(
    _ bytes: [UInt8], inputs: String = "inputs", limits: ReadLimits = ReadLimits()
  ) throws -> ArrayDataset {
    try NPZReader.read(
      path: folder.file("data.npz", bytes), inputs: inputs, targets: "targets", limits: limits)
  }

  @Test(arguments: [stored, deflated])
  func archivesWrittenByNumPyAreRead(text: String) throws {
    let dataset = try open(bytes(text))
    #expect(dataset.count == 3 && dataset.inputShape == [2])
    #expect(dataset.targets == .classes(["0", "1", "2"]))
    let all = try read(dataset)
    #expect(all == Samples(inputs: [0, 0.25, 0.5, 0.75, 1, 1.25], targets: [2, 0, 1]))
  }

  @Test func storedMembersAreReadInPieces() throws {
    let dataset = try open(bytes(NPZReaderTests.stored), limits: ReadLimits(inMemory: 0))
    #expect(try read(dataset, [2, 0]).inputs == [1, 1.25, 0, 0.25])
  }

  @Test func anUnknownArrayIsToldWithTheKnownOnes() throws {
    expectFailure(.badRequest, "\"x\"", "inputs, targets") {
      _ = try open(bytes(NPZReaderTests.stored), inputs: "x")
    }
  }

  @Test(arguments: [stored, deflated])
  func damagedBytesAreFoundOrHarmless(text: String) throws {
    let good = bytes(text)
    let expected = try read(open(good))
    // No damage may crash, and none in what is read may go unseen; names of unread fields may.
    for position in stride(from: 0, to: good.count, by: 3) {
      var damaged = good
      damaged[position] ^= 0x41
      do {
        #expect(try read(open(damaged)) == expected, "byte \(position)")
      } catch let error as DatasetError {
        #expect(error.kind != .unreadable)
      }
    }
    for length in stride(from: 0, to: good.count, by: 7) {
      #expect(throws: DatasetError.self) { try open(Array(good[..<length])) }
    }
  }

  @Test func badArchivesAreRefused() throws {
    expectFailure(.badContent, "empty") { _ = try open([]) }
    expectFailure(.badContent, "not a ZIP archive") { _ = try open(Array("hello".utf8)) }
    expectFailure(.unreadable, "No such file") {
      _ = try NPZReader.read(path: folder.path + "/absent.npz", inputs: "inputs", targets: nil)
    }
    var encrypted = bytes(NPZReaderTests.stored)
    let entry = 0x1a9
    #expect(encrypted[entry..<entry + 4].elementsEqual([0x50, 0x4b, 1, 2]))
    encrypted[entry + 8] |= 1
    expectFailure(.badContent, "encrypted") { _ = try open(encrypted) }
    var packed = bytes(NPZReaderTests.stored)
    packed[entry + 10] = 14
    expectFailure(.badContent, "method 14", "numpy.savez") { _ = try open(packed) }
  }
}
