import Testing

@testable import Datasets

/// Records that arrive after a network was set up by a sample of them.
@Suite struct CSVArrivalsTests {
  private let folder: TemporaryFolder
  private let sample: ArrayDataset

  init() throws {
    folder = try TemporaryFolder()
    sample = try CSVReader.read(
      path: folder.file("sample.csv", "x,kind,w,y\n1,a,1,no\n2,b,1,yes\n"), options: Self.options)
  }

  private static var options: CSVOptions {
    var options = CSVOptions(header: true, categorical: .automatic)
    options.weights = .name("w")
    return options
  }

  private func arrive(_ text: String, skip: Bool, header: Bool = true) throws -> ArrivedPiece {
    let table = try #require(sample.schema.table)
    guard header else {
      return try CSVReader.arrived(
        lines: Array(text.utf8), path: "pipe", line: 7, names: ["x", "kind", "w", "y"],
        table: table, weights: .name("w"), skipsMalformed: skip)
    }
    return try CSVReader.arrived(
      path: folder.file("new.csv", text), table: table, weights: .name("w"),
      skipsMalformed: skip, limits: ReadLimits())
  }

  @Test("wrong records are left out one by one, whatever is wrong with them")
  func leftOut() throws {
    let text = """
      y,w,x,kind
      no,1,5,b
      yes,1,x,a
      maybe,1,6,a
      no,1,"6,a
      no,1,7,c
      "no"?,1,8,a
      no,-,8,a
      no,-1,8,a
      no,1,9,a,9

      yes,0,10,a

      """
    let piece = try arrive(text, skip: true)
    let data = try #require(piece.data)
    #expect(piece.malformed == 8)
    #expect(piece.problem?.description.contains("new.csv:3: column 2 (\"x\") holds \"x\"") == true)
    #expect(try read(data) == Samples(inputs: [5, 1, 10, 0], targets: [0, 1]))
    #expect(data.schema.target == sample.schema.target)
    expectFailure(.badContent, "new.csv:3", "\"x\"") { _ = try arrive(text, skip: false) }
    expectFailure(.badContent, "new.csv:3: the record has the weight -2") {
      _ = try arrive("y,w,x,kind\nno,1,5,b\nno,-2,5,b\n", skip: false)
    }
  }

  @Test("prepared records that can't be learnt from are told with their lines, and left out")
  func flaws() throws {
    func look(_ text: String, skip: Bool) throws -> ArrivedPiece {
      let path = try folder.file("new.csv", text)
      let reader = ArrivalReader(
        schema: sample.schema, template: DataSourceSpec(.csv(path: path, options: Self.options)),
        skipsMalformed: skip, prepare: { $0 },
        flaw: { data, start in
          // Every record of the class "no".
          (start..<data.count).first { data.classIndex(of: $0) == 0 }
            .map { SampleFlaw(sample: $0, text: "is a no") }
        })
      return try reader.read(file: path)
    }
    let text = "x,kind,w,y\n1,a,1,no\n2,a,1,yes\nx,a,1,yes\n3,b,1,no\n4,b,2,yes\n5,a,1,no\n"
    let piece = try look(text, skip: true)
    #expect(try piece.data.map { try read($0) } == Samples(inputs: [2, 0, 4, 1], targets: [1, 1]))
    #expect(piece.malformed == 4)
    #expect(try look(text.replacing("yes", with: "no"), skip: true).data == nil)
    expectFailure(.badContent, "new.csv:5: the record is a no") {
      _ = try look("x,kind,w,y\n2,a,1,yes\n\n\n3,b,1,no\n", skip: false)
    }
  }

  @Test("lines have the numbers of the stream; a quote left open costs one of them")
  func lines() throws {
    expectFailure(.badContent, "pipe:8: a quote opened") {
      _ = try arrive("1,a,1,no\n\"1,a,1,no\n2,b,1,yes\n", skip: false, header: false)
    }
    let piece = try arrive("\"1,a,1,no\n2,b,1,yes\n", skip: true, header: false)
    #expect(piece.malformed == 1 && piece.data?.count == 1)
    #expect(piece.problem?.description.contains("pipe:7") == true)
  }

  @Test("no records are no error; the columns of a header are")
  func none() throws {
    for text in ["", "x,kind,w,y\n", "\n"] {
      let piece = try arrive(text, skip: false)
      #expect(piece.data == nil && piece.malformed == 0)
    }
    expectFailure(.badContent, "no column called \"w\"") {
      _ = try arrive("x,kind,y\n1,a,no\n", skip: true)
    }
  }
}
