import Datasets
import Foundation
import Testing
import Zlib

@Suite struct NPYReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// An NPY file of version `version` with this dictionary and content.
  private func npy(_ dictionary: String, _ content: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let text = Array(dictionary.utf8) + [0x0a]
    let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(text.count >> (8 * $0) & 255) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + content
  }

  private func header(_ type: String, _ shape: String, fortran: String = "False") -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': \(shape), }"
  }

  private func open(_ bytes: [UInt8], limits: ReadLimits = ReadLimits()) throws -> ArrayDataset {
    try NPYReader.read(inputs: folder.file("array.npy", bytes), targets: nil, limits: limits)
  }

  @Test func aFileWrittenByNumPyIsRead() throws {
    // numpy 2.4.6: np.save(f, (np.arange(6, dtype='<f4').reshape(3, 2) / 4).astype('>f8'))
    let text =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsIDIp"
      + "LCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA"
      + "AAAAAD/QAAAAAAAAP+AAAAAAAAA/6AAAAAAAAD/wAAAAAAAAP/QAAAAAAAA="
    let dataset = try open([UInt8](Data(base64Encoded: text) ?? Data()))
    #expect(dataset.count == 3 && dataset.inputShape == [2])
    #expect(try read(dataset).inputs == [0, 0.25, 0.5, 0.75, 1, 1.25])
  }

  @Test func everyTypeAndVersionIsRead() throws {
    let cases: [(String, [UInt8], [Float])] = [
      ("|b1", [1, 0], [1, 0]), ("|u1", [1, 255], [1, 255]), ("|i1", [1, 255], [1, -1]),
      ("<u2", [2, 1, 254, 255], [258, 65_534]), (">u2", [1, 2, 255, 254], [258, 65_534]),
      ("<u4", [0, 0, 1, 0, 0, 255, 255, 255], [65_536, 4_294_967_040]),
      ("<i2", [2, 1, 254, 255], [258, -2]), (">i2", [1, 2, 255, 254], [258, -2]),
      ("<i4", [0, 0, 1, 0, 255, 255, 255, 255], [65_536, -1]),
      ("<i8", [0, 0, 1, 0, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 8), [65_536, -1]),
      ("<f4", [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0], [1, -2.5]),
      ("<f8", [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0], [1, -2.5]),
    ]
    for (type, bytes, numbers) in cases {
      for version: UInt8 in 1...3 {
        let file = npy(header(type, "(2,)"), bytes, version: version)
        #expect(try read(open(file)).inputs == numbers, "\(type) \(version)")
        let pieces = try open(file, limits: ReadLimits(inMemory: 0))
        #expect(try read(pieces, [1, 0]).inputs == numbers.reversed(), "\(type) in pieces")
      }
    }
  }

  @Test func arraysOfAnyRankAreSamplesAlongTheFirstAxis() throws {
    let file = npy(header("|u1", "(2, 1, 3, 2)"), (0..<12).map { UInt8($0) })
    let dataset = try open(file)
    #expect(dataset.inputShape == [1, 3, 2])
    #expect(try read(dataset, [1]).inputs == [6, 7, 8, 9, 10, 11])
    // A column stored in Fortran order is the same bytes.
    let column = npy(header("|u1", "(3, 1)", fortran: "True"), [1, 2, 3])
    #expect(try read(open(column)).inputs == [1, 2, 3])
  }

  @Test("arrays in Fortran order are those in C order", arguments: ["|u1", "<f4", "<i4", "<f8"])
  func fortranOrder(type: String) throws {
    // numpy: np.arange(24).reshape(2, 3, 2, 2).ravel(order="F")
    let order: [Int] = [
      0, 12, 4, 16, 8, 20, 2, 14, 6, 18, 10, 22, 1, 13, 5, 17, 9, 21, 3, 15, 7, 19, 11, 23,
    ]
    let size = Int(type.suffix(1)) ?? 0
    func bytes(_ i: Int) -> [UInt8] {
      let bits: UInt64 =
        switch type {
        case "<f4": UInt64(Float(i).bitPattern)
        case "<f8": Double(i).bitPattern
        default: UInt64(i)
        }
      return (0..<size).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
    }
    let file = npy(header(type, "(2, 3, 2, 2)", fortran: "True"), order.flatMap(bytes))
    let dataset = try open(file)
    #expect(dataset.inputShape == [3, 2, 2])
    #expect(try read(dataset).inputs == (0..<24).map(Float.init))
    #expect(try read(open(gzip(file)), [1]).inputs == (12..<24).map(Float.init))
    // Samples that do not lie together can't be read one by one.
    expectFailure(.badContent, "stored column by column", "ascontiguousarray") {
      _ = try open(file, limits: ReadLimits(inMemory: 8))
    }
    guard type.contains("f") else { return }
    var broken = file
    // 14 is element 2 of sample 1 and the eighth number of the file; its last bytes make it NaN.
    let end = file.count - 16 * size
    broken.replaceSubrange(end - 2..<end, with: type == "<f4" ? [0xc0, 0x7f] : [0xf8, 0x7f])
    expectFailure(.badContent, "record 1, element 2") { _ = try open(broken) }
  }

  @Test("answers may be −1 and 1, or probabilities, one number per sample")
  func answers() throws {
    let inputs = try folder.file("inputs.npy", npy(header("|u1", "(3,)"), [1, 2, 3]))
    let signs = try folder.file("signs.npy", npy(header("|i1", "(3,)"), [255, 1, 255]))
    let read1 = try NPYReader.read(inputs: inputs, targets: signs, kind: .answers)
    #expect(read1.targets == .classes(["-1", "1"]))
    #expect(try read(read1, form: .signs, targetWidth: 1).targets == [-1, 1, -1])
    #expect(try read(read1, form: .classIndex, targetWidth: 1).targets == [0, 1, 0])
    // Another file keeps to it, also one that has but one of the answers.
    let yes = try folder.file("yes.npy", npy(header("|u1", "(3,)"), [1, 1, 1]))
    let read2 = try NPYReader.read(
      inputs: inputs, targets: yes, kind: .answers, declared: read1.targets)
    #expect(try read(read2, form: .signs, targetWidth: 1).targets == [1, 1, 1])
    expectFailure(.badContent, "record 0 has the label 0", "(-1, 1)") {
      let none = try folder.file("none.npy", npy(header("|u1", "(3,)"), [0, 1, 1]))
      _ = try NPYReader.read(
        inputs: inputs, targets: none, kind: .answers, declared: read1.targets)
    }
    let probabilities = try folder.file(
      "p.npy", npy(header("<f4", "(3,)"), [0, 0, 0, 0, 0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f]))
    let read3 = try NPYReader.read(inputs: inputs, targets: probabilities, kind: .answers)
    #expect(read3.targets == .values(width: 1))
    #expect(try read(read3).targets == [0, 0.5, 1])
    // Yes and no, as ever; numbers to be predicted may be below 0.
    let read4 = try NPYReader.read(inputs: inputs, targets: yes, kind: .answers)
    #expect(read4.targets == .classes(["0", "1"]))
    let read5 = try NPYReader.read(inputs: inputs, targets: signs)
    #expect(read5.targets == .values(width: 1))
    expectFailure(.badContent, "the label -1") {
      _ = try NPYReader.read(inputs: inputs, targets: signs, kind: .classesOrRows)
    }
  }

  @Test func compressedFilesAreRead() throws {
    let packed = try gzip(npy(header("|u1", "(3,)"), [4, 5, 6]))
    #expect(try read(open(packed)).inputs == [4, 5, 6])
  }

  @Test func targetsFollowTheirType() throws {
    let inputs = try folder.file("inputs.npy", npy(header("|u1", "(3,)"), [1, 2, 3]))
    let whole = try folder.file("whole.npy", npy(header("|u1", "(3, 1)"), [1, 0, 3]))
    let classes = try NPYReader.read(inputs: inputs, targets: whole)
    #expect(classes.targets == .classes(["0", "1", "2", "3"]))
    #expect(
      try read(classes, [0, 2], form: .oneHot, targetWidth: 4).targets == [
        0, 1, 0, 0, 0, 0, 0, 1,
      ])
    let float = try folder.file(
      "float.npy", npy(header("<f4", "(3,)"), [0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0x20, 0x40]))
    let values = try NPYReader.read(inputs: inputs, targets: float)
    #expect(values.targets == .values(width: 1))
    #expect(try read(values).targets == [1, 0, 2.5])
    expectFailure(.badContent, float, "record 2", "2.5") {
      _ = try NPYReader.read(inputs: inputs, targets: float, kind: .classes)
    }
    let two = try folder.file("two.npy", npy(header("|u1", "(3, 2)"), [1, 2, 3, 4, 5, 6]))
    let pair = try NPYReader.read(inputs: inputs, targets: two)
    #expect(pair.targets == .values(width: 2))
    #expect(try read(pair, [2, 0]).targets == [5, 6, 1, 2])
    expectFailure(.badRequest, "2 targets", "have 1") {
      _ = try NPYReader.read(inputs: inputs, targets: two, declared: .values(width: 1))
    }
  }

  @Test func badFilesAreRefused() throws {
    let good = npy(header("|u1", "(3,)"), [1, 2, 3])
    expectFailure(.unreadable, "No such file") {
      _ = try NPYReader.read(inputs: folder.path + "/absent.npy", targets: nil)
    }
    expectFailure(.badContent, "empty") { _ = try open([]) }
    expectFailure(.badContent, "NUMPY") { _ = try open(Array("a,b\n1,2\n".utf8)) }
    expectFailure(.badContent, "version 9") {
      _ = try open(good[..<6] + [9, 0] + good[8...])
    }
    expectFailure(.badContent, "truncated within its header") { _ = try open(Array(good[..<30])) }
    expectFailure(.badContent, "truncated") { _ = try open(good.dropLast()) }
    expectFailure(.badContent, "longer") { _ = try open(good + [1]) }
    expectFailure(.badContent, "claims") {
      _ = try open([0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255])
    }
    let wrong: [(String, String)] = [
      ("no dictionary", "dictionary"), ("{'descr': 3}", "dictionary"),
      ("{'descr': '|u1', 'fortran_order': False}", "no shape"),
      ("{'descr': '|u1', 'shape': (3,)}", "fortran_order"),
      (header("|u1", "(3,)") + "x", "dictionary"), (header("|O", "(3,)"), "'|O'"),
      (header("<f2", "(3,)"), "'<f2'"), (header("<c8", "(3,)"), "'<c8'"),
      ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}", "records"),
      (header("<u8", "(2,)"), "'<u8'"),
      (header("|u1", "()"), "single number"), (header("|u1", "(99999999999999999999,)"), "dict"),
      (header("<f8", "(4611686018427387904, 2)"), "cannot be an array"),
      (header("<f8", "(1000000000, 1000)"), "truncated"), (header("|u1", "(0,)"), "longer"),
      (header("|u1", "(0, 1099511627776, 1099511627776)"), "cannot be an array"),
      (header("|u1", "(4611686018427387904, 0)"), "a sample would hold none"),
      (header("|u1", "(-3,)"), "dictionary"),
    ]
    for (dictionary, word) in wrong {
      expectFailure(.badContent, word) { _ = try open(npy(dictionary, [1, 2, 3])) }
    }
    expectFailure(.badContent, "record 1, element 0") {
      _ = try open(npy(header("<f4", "(2,)"), [0, 0, 0, 0, 0, 0, 0xc0, 0x7f]))
    }
    // A double that single precision cannot hold is not silently infinite.
    let large = (0..<8).map { UInt8(truncatingIfNeeded: 1e39.bitPattern >> (8 * $0)) }
    expectFailure(.badContent, "beyond single precision") {
      _ = try open(npy(header("<f8", "(1,)"), large))
    }
  }
}
