import Foundation
import Testing
import Zlib

@testable import Datasets

@Suite struct CSVReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ text: String, _ options: CSVOptions = CSVOptions(), kind: TargetKind = .automatic
  ) throws -> ArrayDataset {
    try CSVReader.read(path: folder.file("table.csv", text), options: options, kind: kind)
  }

  @Test func numbersAndClassesAreRead() throws {
    let dataset = try open("1,2,b\n3,4.5,a\n-5,6e1,b\n")
    #expect(dataset.count == 3 && dataset.inputShape == [2])
    #expect(dataset.targets == .classes(["a", "b"]))
    let expected = Samples(inputs: [1, 2, 3, 4.5, -5, 60], targets: [1, 0, 1])
    #expect(try read(dataset) == expected)
    let packed = try gzip(Array("1,2,b\n3,4.5,a\n-5,6e1,b\n".utf8))
    let path = try folder.file("table.csv.gz", packed)
    #expect(try read(CSVReader.read(path: path, options: CSVOptions())) == expected)
  }

  @Test func classesAreSortedByValueWhereTheyAreNumbers() throws {
    let text = "1,10\n2,9\n3,10\n"
    #expect(try open(text).targets == .values(width: 1))
    #expect(try read(open(text)).targets == [10, 9, 10])
    let dataset = try open(text, kind: .classes)
    #expect(dataset.targets == .classes(["9", "10"]))
    #expect(try read(dataset).targets == [1, 0, 1])
    #expect(try read(dataset, form: .values, targetWidth: 1).targets == [1, 0, 1])
    #expect(try read(dataset, [1], form: .oneHot, targetWidth: 2).targets == [1, 0])
    expectFailure(.badContent, "table.csv:1", "\"b\"", "objective for classes") {
      _ = try open("1,b\n", kind: .values)
    }
  }

  @Test func columnsAreChosenByNameAndPosition() throws {
    let text = "id,x,y,z\n7,1,2,3\n8,4,5,6\n"
    func options(
      _ targets: [CSVOptions.ColumnReference], _ columns: [CSVOptions.ColumnReference]? = nil
    ) -> CSVOptions {
      CSVOptions(header: true, targets: targets, columns: columns)
    }
    let named = try open(text, options([.name("x")], [.name("z"), .index(2)]))
    #expect(try read(named) == Samples(inputs: [3, 2, 6, 5], targets: [1, 4]))
    let two = try open(text, options([.index(-1), .index(1)]))
    #expect(two.targets == .values(width: 2))
    #expect(try read(two) == Samples(inputs: [7, 2, 8, 5], targets: [3, 1, 6, 4]))
    let none = try open(text, options([]))
    #expect(none.targets == .absent && none.inputShape == [4])
    #expect(none.schema.table?.inputs.map(\.name) == ["id", "x", "y", "z"])
    expectFailure(.badRequest, "\"w\"", "id, x, y, z") { _ = try open(text, options([.name("w")])) }
    expectFailure(.badRequest, "0 to 3", "column 4") { _ = try open(text, options([.index(4)])) }
    expectFailure(.badRequest, "column -5") { _ = try open(text, options([.index(-5)])) }
    expectFailure(.badRequest, "both") {
      _ = try open(text, options([.name("x")], [.index(1)]))
    }
    expectFailure(.badRequest, "twice") {
      _ = try open(text, options([.name("x")], [.index(0), .name("id")]))
    }
    expectFailure(.badRequest, "header: true") {
      _ = try open("1,2\n", CSVOptions(targets: [.name("x")]))
    }
    expectFailure(.badRequest, "2 columns called") {
      _ = try open("a,a\n1,2\n", options([.name("a")]))
    }
    expectFailure(.badRequest, "2 target columns") {
      _ = try open(text, options([.index(0), .index(1)]), kind: .classes)
    }
  }

  @Test func referencesAreReadAsAConfigurationWritesThem() {
    #expect(CSVOptions.ColumnReference("-1") == .index(-1))
    #expect(CSVOptions.ColumnReference("age") == .name("age"))
  }

  @Test func missingValuesFollowThePolicy() throws {
    let text = "1,2,5\n?,4,6\n3,,7\n"
    expectFailure(.badContent, "table.csv:2", "column 0", "missing: drop") { _ = try open(text) }
    let dropped = try open(text, CSVOptions(missing: .drop))
    #expect(try read(dropped) == Samples(inputs: [1, 2], targets: [5]))
    let kept = try read(open(text, CSVOptions(missing: .mean)))
    #expect(
      kept.targets == [5, 6, 7]
        && kept.inputs.map(\.isNaN) == [false, false, true, false, false, true])
    expectFailure(.badContent, "every record") {
      _ = try open("?,1\n,2\n", CSVOptions(missing: .drop))
    }
    expectFailure(.badContent, "table.csv:1", "column 1", "no value") {
      _ = try open("1,?\n", CSVOptions(missing: .mean))
    }
    var marked = CSVOptions()
    marked.setMissing("NA")
    #expect(marked.missing == .drop && marked.missingMarkers == ["", "?", "NA"])
    #expect(try read(open("NA,1\n2,3\n?,4\n", marked)) == Samples(inputs: [2], targets: [3]))
    marked.setMissing("mean")
    #expect(marked.missing == .mean)
  }

  @Test func categoriesAreNumberedInOrder() throws {
    let options = CSVOptions(categorical: .automatic)
    let dataset = try open("red,1,x\nblue,2,y\nred,3,x\n", options)
    #expect(dataset.schema.table?.inputs.map(\.categories) == [["blue", "red"], nil])
    #expect(try read(dataset) == Samples(inputs: [1, 1, 0, 2, 1, 3], targets: [0, 1, 0]))
    let listed = try open("7,1,x\n10,2,y\n", CSVOptions(categorical: .columns([.index(0)])))
    #expect(listed.schema.table?.inputs[0].categories == ["7", "10"])
    #expect(try read(listed).inputs == [0, 1, 1, 2])
    expectFailure(.badRequest, "column 2", "no input") {
      _ = try open("1,2,3\n", CSVOptions(categorical: .columns([.index(2)])))
    }
    // A number and a text in one column are an error.
    expectFailure(.badContent, "table.csv:2", "\"2x\"") { _ = try open("1,a\n2x,b\n", options) }
    expectFailure(.badContent, "header: true") { _ = try open("name,label\n1,2\n", options) }
    var gaps = options
    gaps.missing = .mean
    let filled = try open("?,1,x\nblue,2,y\n,3,x\n", gaps)
    #expect(filled.schema.table?.inputs[0].categories == ["?", "blue"])
    #expect(try read(filled).inputs == [0, 1, 1, 2, 0, 3])
  }

  @Test func badFilesAreRefused() throws {
    expectFailure(.unreadable, "No such file") {
      _ = try CSVReader.read(path: folder.path + "/absent.csv", options: CSVOptions())
    }
    expectFailure(.badContent, "empty") { _ = try open("") }
    expectFailure(.badContent, "no records") { _ = try open("\n\n") }
    expectFailure(.badContent, "no records") { _ = try open("a,b\n", CSVOptions(header: true)) }
    expectFailure(.badContent, "table.csv:2", "1 fields where 2") { _ = try open("1,2\n3\n") }
    expectFailure(.badContent, "table.csv:3", "3 fields where 2") {
      _ = try open("1,2\n3,4\n5,6,7\n")
    }
    expectFailure(.badContent, "table.csv:2", "3 fields where 2") {
      _ = try open("a,b\n5,6,7\n", CSVOptions(header: true))
    }
    expectFailure(.badContent, "table.csv:1", "column 0", "\"a\"", "header: true") {
      _ = try open("a,b\n1,2\n")
    }
    expectFailure(.badContent, "table.csv:2", "column 1 (\"y\")", "\"x1\"", "one_hot") {
      _ = try open("x,y,t\n1,x1,2\n", CSVOptions(header: true))
    }
    for text in ["nan", "-Inf", "1e999", "1e39"] {
      expectFailure(.badContent, "table.csv:2", "column 0", text, "finite") {
        _ = try open("1,2\n\(text),3\n")
      }
    }
    expectFailure(.badContent, "finite") { _ = try open("1,inf\n", kind: .values) }
    expectFailure(.badRequest, "none is left as input", "separator") { _ = try open("1;2\n3;4\n") }
    for separator in ["", ",,", "\"", "\n", "é"] {
      expectFailure(.badRequest, "separate") {
        _ = try open("1,2\n", CSVOptions(separator: separator))
      }
    }
    let rows = (0..<70_000).map { "name\($0),1\n" }.joined()
    expectFailure(.badContent, "column 0", "65536") {
      _ = try open(rows, CSVOptions(categorical: .automatic))
    }
    let bomb = try gzip(Array(String(repeating: "1,2\n", count: 100_000).utf8))
    let path = try folder.file("bomb.csv.gz", bomb)
    expectFailure(.badContent, "more than 100000 bytes") {
      _ = try CSVReader.read(
        path: path, options: CSVOptions(), limits: ReadLimits(unpacked: 100_000))
    }
  }

  @Test func aMillionColumnsAreReadQuickly() throws {
    let row = (0..<1_000_000).map { String($0 % 10) }.joined(separator: ",")
    let clock = ContinuousClock()
    let path = try folder.file("wide.csv", "\(row)\n\(row)\n")
    let elapsed = try clock.measure {
      let dataset = try CSVReader.read(path: path, options: CSVOptions())
      #expect(dataset.count == 2 && dataset.inputShape == [999_999])
      #expect(try read(dataset, [1]).inputs[..<12] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
    }
    #expect(elapsed < .seconds(10))
    expectFailure(.badContent, "wide.csv:2", "1 fields where 1000000") {
      _ = try CSVReader.read(
        path: folder.file("wide.csv", "\(row)\n1\n"), options: CSVOptions())
    }
  }
}
