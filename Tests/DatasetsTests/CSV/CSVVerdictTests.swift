import Testing

@testable import Datasets

/// What a table is found to hold, whatever the order of its records, and what is refused or noted.
@Suite struct CSVVerdictTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ text: String, _ options: CSVOptions = CSVOptions(), kind: TargetKind = .automatic
  ) throws -> ArrayDataset {
    try CSVReader.read(path: folder.file("t.csv", text), options: options, kind: kind)
  }

  @Test func textThatIsNotUTF8IsRefusedByLineAndColumn() throws {
    // The words кот and пёс in windows-1251.
    let (cat, dog): ([UInt8], [UInt8]) = ([0xEA, 0xEE, 0xF2], [0xEF, 0xB8, 0xF1])
    func table(
      _ first: [UInt8], _ rest: [[UInt8]], name: String = "a.csv"
    ) throws -> String {
      try folder.file(name, first + rest.flatMap { $0 + Array(",1,yes\n".utf8) })
    }
    let header = Array("animal,size,y\n".utf8)
    let options = CSVOptions(header: true, categorical: .automatic)
    let path = try table(header, [Array("lion".utf8), cat, dog])
    expectFailure(.badContent, "a.csv:3", "column 0 (\"animal\")", "UTF-8", "iconv") {
      _ = try CSVReader.read(path: path, options: options)
    }
    let labels = CSVOptions(header: true, targets: [.name("animal")], columns: [.name("size")])
    expectFailure(.badContent, "a.csv:3", "column 0 (\"animal\")", "UTF-8") {
      _ = try CSVReader.read(path: path, options: labels, kind: .classes)
    }
    let named = try table(cat + Array(",size,y\n".utf8), [Array("lion".utf8)], name: "b.csv")
    expectFailure(.badContent, "b.csv:1", "column 0", "UTF-8") {
      _ = try CSVReader.read(path: named, options: options)
    }
    // A column that is not read does not matter; the UTF-8 twin has all its words.
    let unread = CSVOptions(header: true, columns: [.name("size")])
    #expect(try CSVReader.read(path: path, options: unread).count == 3)
    let twin = try open("a,y\nкот,1\nпёс,0\nлев,1\nеж,0\n", options)
    #expect(twin.schema.table?.inputs[0].categories?.count == 4)
  }

  @Test func textsAreComparedByTheirBytes() throws {
    // é as one character, and as e with an accent behind it.
    let options = CSVOptions(categorical: .automatic)
    let dataset = try open("\u{E9},1\ne\u{301},0\n\u{E9},1\n", options)
    #expect(dataset.schema.table?.inputs[0].categories?.count == 2)
    let numbers = try read(dataset).inputs
    #expect(numbers[0] == numbers[2] && numbers[0] != numbers[1])
  }

  @Test(arguments: [
    ["NA,1", "21,0", "22,1"], ["21,0", "NA,1", "22,1"], ["21,0", "22,1", "NA,1"],
  ])
  func numbersAndTextsInOneColumnAreRefusedInAnyOrder(lines: [String]) {
    let text = "age,y\n" + lines.joined(separator: "\n")
    let options = CSVOptions(header: true, categorical: .automatic)
    let line =
      lines.firstIndex { $0.hasPrefix("NA") } == 0
      ? 3 : 2 + (lines.firstIndex { $0 == "NA,1" } ?? 0)
    expectFailure(
      .badContent, "t.csv:\(line)", "column 0 (\"age\")", "\"NA\"", "markers: [\"NA\"]",
      "data.train.categorical"
    ) { _ = try open(text, options) }
  }

  @Test func theAdviceForMixedColumnsWorks() throws {
    let codes = "12,500,no\n7,510,yes\n12A,520,no\n7B,530,yes\n"
    var options = CSVOptions(categorical: .columns([.index(0)]))
    let flats = try open(codes, options)
    #expect(flats.schema.table?.inputs.map(\.categories) == [["12", "12A", "7", "7B"], nil])
    // Columns of texts beside a named one are encoded as well.
    let both = try open("1,red,0\n2,blue,1\n", options)
    #expect(both.schema.table?.inputs.map(\.categories) == [["1", "2"], ["blue", "red"]])
    // Markers and a fill together.
    options = CSVOptions(missing: .mean, categorical: .automatic)
    options.missingMarkers.append("NA")
    let filled = try open("NA,1\n20,0\n22,1\n", options)
    #expect(filled.count == 3 && filled.schema.table?.inputs[0].categories == nil)
    let fitted = try Preprocessing(fitting: [], to: filled)
    #expect(try read(PreprocessedDataset(filled, fitted)).inputs == [21, 20, 22])
  }

  @Test func recordsThatAreLeftOutAreCounted() throws {
    var options = CSVOptions()
    options.setMissing("NA")
    let dataset = try open("20,1\nNA,0\n,1\n21,1\n", options)
    #expect(dataset.count == 2)
    #expect(dataset.notes.count == 1)
    #expect(dataset.notes.first?.contains("2 of 4 records were left out") == true)
    #expect(Subset(dataset, [0]).notes == dataset.notes)
    #expect(try open("20,1\n21,1\n", options).notes == [])
  }

  @Test func namesThatAreNumbersAreNoted() throws {
    let options = CSVOptions(header: true)
    let notes = try open("5.0,3.00,virginica\n5.1,3.05,setosa\n", options).notes
    #expect(notes.count == 1 && notes[0].contains("\"5.0\", \"3.00\""), "\(notes)")
    #expect(notes[0].contains("data.train.header to false"))
    #expect(try open("a,b,2019\n5.1,3.05,setosa\n", options).notes == [])
  }

  @Test func usedColumnsOfOneNameAreRefusedFromTheBeginning() throws {
    let options = CSVOptions(header: true)
    expectFailure(.badContent, "t.csv: the columns 0 and 1", "\"score\"", "name of its own") {
      _ = try open("score,score,y\n1,2,no\n", options)
    }
    var chosen = options
    chosen.columns = [.index(1)]
    expectFailure(.badContent, "columns 0 and 1") {
      _ = try open("score,score,y\n1,2,no\n", chosen)
    }
    chosen.columns = [.name("a")]
    #expect(try open("score,score,a,y\n1,2,3,no\n", chosen).count == 1)
  }

  private func trained() throws -> DataSchema {
    let options = CSVOptions(header: true, targets: [.name("y")])
    var weighted = options
    weighted.weights = .name("w")
    return try open("a,b,w,y\n1,2,1,no\n3,4,2,yes\n", weighted, kind: .classes).schema
  }

  private func spec(_ text: String, _ schema: DataSchema) throws -> DataSourceSpec {
    var spec = DataSourceSpec(
      .csv(path: try folder.file("n.csv", text), options: try #require(schema.table).options))
    spec.canLackWeights = true
    return spec
  }

  @Test func aMissingColumnOfAnotherFileIsItsContent() throws {
    let schema = try trained()
    expectFailure(.badContent, "n.csv", "\"b\"") {
      _ = try spec("a,w,y\n1,1,no\n", schema).open(matching: schema)
    }
    expectFailure(.badContent, "n.csv", "\"y\"") {
      _ = try spec("a,b,w\n1,2,1\n", schema).open(matching: schema)
    }
    expectFailure(.badContent, "n.csv", "\"a\"") {
      _ = try spec("b\n1\n", schema).openInputs(matching: schema)
    }
  }

  @Test func aFileWithoutWeightsIsMeasuredWithoutThem() throws {
    let schema = try trained()
    let file = try spec("a,b,y\n1,2,no\n3,4,yes\n", schema).open(matching: schema)
    #expect(file.notes.first?.contains("no column of weights") == true)
    var weights: [Float] = [0, 0]
    var room = weights.mutableSpan
    file.gatherWeights([0, 1].span, into: &room)
    #expect(weights == [1, 1])
    #expect(try spec("b,a\n2,1\n", schema).openInputs(matching: schema).count == 1)
  }

  @Test func withoutAHeaderLineColumnsBehindMayBeAbsent() throws {
    var options = CSVOptions(targets: [.index(2)])
    options.weights = .index(3)
    let schema = try open("1,2,no,1\n3,4,yes,2\n", options, kind: .classes).schema
    #expect(try spec("1,2,no\n3,4,yes\n", schema).open(matching: schema).count == 2)
    for text in ["1,2\n", "1,2,no\n", "1,2,no,5\n"] {
      #expect(try read(spec(text, schema).openInputs(matching: schema)).inputs == [1, 2])
    }
    expectFailure(.badContent, "2 columns") {
      _ = try spec("1,2\n", schema).open(matching: schema)
    }
  }

  @Test func adviceForAnotherFileIsAboutTheFile() throws {
    let schema = try trained()
    for text in ["a,b,w,y\n1,,1,no\n", "a,b,w,y\n1,x,1,no\n", "a,b,w,y\n1,nan,1,no\n"] {
      for wantsTargets in [true, false] {
        do {
          let source = try spec(text, schema)
          _ =
            try wantsTargets
            ? source.open(matching: schema) : source.openInputs(matching: schema)
          Issue.record("\(text) is accepted")
        } catch let error as DatasetError {
          #expect(error.kind == .badContent && error.description.contains("n.csv:2: column 1"))
          for word in ["missing", "data.", "one_hot", "header:"] {
            #expect(!error.description.contains(word), "\(error)")
          }
        }
      }
    }
  }

  @Test func labelsMayBeginWhereTheyLike() throws {
    func idx(_ dimensions: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
      [0, 0, 8, UInt8(dimensions.count)] + dimensions.flatMap { [0, 0, 0, $0] } + bytes
    }
    let inputs = try folder.file("x.idx", idx([3, 2], [1, 2, 3, 4, 5, 6]))
    let targets = try folder.file("y.idx", idx([3], [1, 3, 2]))
    var spec = DataSourceSpec(.idx(inputs: inputs, targets: targets), targets: .classes)
    #expect(try spec.open().targets == .classes(["0", "1", "2", "3"]))
    spec.firstLabel = 1
    let dataset = try spec.open()
    #expect(dataset.targets == .classes(["1", "2", "3"]))
    #expect(try read(dataset).targets == [0, 2, 1])
    // Another file is matched by the labels' names, whatever its own first label.
    spec.firstLabel = 0
    #expect(try read(spec.open(matching: dataset.schema)).targets == [0, 2, 1])
    spec.firstLabel = 2
    expectFailure(.badContent, "record 0", "label 1", "first_label") { _ = try spec.open() }
  }
}
