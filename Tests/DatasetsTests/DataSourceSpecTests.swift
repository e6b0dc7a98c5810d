import Datasets
import Foundation
import Testing

@Suite struct DataSourceSpecTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func suffixesTellTheFormat() {
    let cases: [(String, DataSourceSpec.FormatName?)] = [
      ("a/b.csv", .csv), ("B.CSV.GZ", .csv), ("x.npy", .npy), ("x.npz", .npz), ("x.npy.gz", .npy),
      ("mnist/train-images-idx3-ubyte.gz", .idx), ("t10k-labels.idx1-ubyte", .idx), ("a.idx", .idx),
      ("data_batch_1.bin", .cifar10), ("jpeg-train-10000.bin.gz", .cifar10),
      ("notes.txt.gz", .text), ("notes.md", nil),
      ("folder.csv/file", nil), ("", nil),
    ]
    for (path, format) in cases {
      #expect(DataSourceSpec.format(ofPath: path) == format, "\(path)")
    }
  }

  @Test func everyFormatOpens() throws {
    let header = Array("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }".utf8)
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0]
    let npy = start + header + [1, 2, 3, 4]
    let idx: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]
    let csv = try folder.file("a.csv", "1,2\n3,4\n")
    let formats: [DataSourceSpec.Format] = [
      .idx(inputs: try folder.file("a.idx", idx), targets: nil),
      .csv(path: csv, options: CSVOptions(targets: [])),
      .npy(inputs: try folder.file("a.npy", npy), targets: nil),
    ]
    for format in formats {
      #expect(try read(DataSourceSpec(format).open()).inputs == [1, 2, 3, 4], "\(format)")
      #expect(try read(DataSourceSpec(format, take: 1).open()).inputs == [1, 2], "\(format)")
    }
    #expect(try DataSourceSpec(.digits, take: 500).open().count == 500)
    let synthetic = SyntheticDataset(inputShape: [2], targets: .classes(2), count: 3)
    #expect(try DataSourceSpec(.synthetic(synthetic)).open().count == 3)
    expectFailure(.badRequest, "first 4") {
      _ = try DataSourceSpec(.synthetic(synthetic), take: 4).open()
    }
  }

  @Test func anotherPartMustMatchTheTrainingData() throws {
    let text = CSVOptions(header: true, targets: [.name("y")], categorical: .automatic)
    func spec(_ name: String, _ content: String) throws -> DataSourceSpec {
      DataSourceSpec(.csv(path: try folder.file(name, content), options: text), targets: .classes)
    }
    let train = try spec("train.csv", "a,b,y\nred,1,5\nblue,2,7\n").open()
    let test = try spec("test.csv", "y,b,extra,a\n7,3,x,red\n5,4,x,blue\n").open(
      matching: train.schema)
    #expect(try read(test) == Samples(inputs: [1, 3, 0, 4], targets: [1, 0]))
    #expect(test.targets == .classes(["5", "7"]))
    expectFailure(.badContent, "c.csv:2", "column 0 (\"a\")", "\"green\"", "blue, red") {
      _ = try spec("c.csv", "a,b,y\ngreen,1,5\n").open(matching: train.schema)
    }
    expectFailure(.badContent, "l.csv:3", "\"6\"", "5, 7") {
      _ = try spec("l.csv", "a,b,y\nred,1,5\nred,1,6\n").open(matching: train.schema)
    }
    expectFailure(.badContent, "no column", "\"b\"") {
      _ = try spec("m.csv", "a,y\nred,5\n").open(matching: train.schema)
    }
    let digits = try DataSourceSpec(.digits).open()
    let wide = DataSourceSpec(
      .synthetic(SyntheticDataset(inputShape: [1, 8, 9], targets: .classes(10), count: 3)))
    expectFailure(.badRequest, "synthetic data", "[1, 8, 9]", "[1, 8, 8]") {
      _ = try wide.open(matching: digits.schema)
    }
    let few = DataSourceSpec(
      .synthetic(SyntheticDataset(inputShape: [1, 8, 8], targets: .classes(3), count: 3)))
    expectFailure(.badRequest, "3 classes", "10 classes") {
      _ = try few.open(matching: digits.schema)
    }
  }

  @Test func predictionInputsNeedNoTargets() throws {
    func spec(_ name: String, _ content: String, header: Bool) throws -> DataSourceSpec {
      DataSourceSpec(
        .csv(
          path: try folder.file(name, content),
          options: CSVOptions(header: header, missing: .drop, categorical: .automatic)))
    }
    let named = try spec("train.csv", "a,b,y\nred,1,p\nblue,2,q\n", header: true).open()
    let preprocessing = try Preprocessing(fitting: [.oneHot, .minMax], to: named)
    for (content, expected): (String, [Float]) in [
      ("b,a\n2,red\n1,blue\n", [0, 1, 1, 1, 0, 0]), ("a,b,y\nred,3,p\n", [0, 1, 2]),
    ] {
      let inputs = try spec("new.csv", content, header: true).openInputs(matching: named.schema)
      #expect(inputs.targets == .absent)
      #expect(try read(PreprocessedDataset(inputs, preprocessing)).inputs == expected)
    }
    expectFailure(.badContent, "no column", "\"b\"", "its columns are a") {
      _ = try spec("new.csv", "a\nred\n", header: true).openInputs(matching: named.schema)
    }
    expectFailure(.badContent, "new.csv:2", "\"violet\"") {
      _ = try spec("new.csv", "a,b\nviolet,1\n", header: true).openInputs(matching: named.schema)
    }
    // A dropped row would shift the predictions after it.
    expectFailure(.badContent, "new.csv:3", "no value") {
      _ = try spec("new.csv", "a,b\nred,1\nred,?\n", header: true)
        .openInputs(matching: named.schema)
    }
    let plain = try spec("train.csv", "1,p,2\n3,q,4\n", header: false).open()
    for content in ["5,q\n", "5,q,9\n"] {
      let inputs = try spec("new.csv", content, header: false).openInputs(matching: plain.schema)
      #expect(try read(inputs).inputs == [5, 1])
    }
    expectFailure(.badContent, "4 columns", "3", "or 2, the inputs alone") {
      _ = try spec("new.csv", "5,q,9,9\n", header: false).openInputs(matching: plain.schema)
    }
    let idx: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8]
    let image = DataSourceSpec(
      .idx(
        inputs: try folder.file("one.idx", idx + [UInt8](repeating: 3, count: 64)),
        targets: folder.path + "/absent"))
    let one = try image.openInputs(matching: DigitsDataset.load().schema)
    #expect(try read(one).inputs == [Float](repeating: 3, count: 64))
    expectFailure(.badRequest, "[1, 8, 8]", "[2]") {
      _ = try image.openInputs(matching: plain.schema)
    }
  }
}
