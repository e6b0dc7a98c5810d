import Datasets
import Tensors
import Testing
import _TestSupport

@testable import Training

#if canImport(Glibc)
  import Glibc
#endif

/// What brings records that arrive.
@Suite struct ArrivalSourceTests {
  /// A reader of tables like `sample.csv`, which this writes.
  private func reader(_ folder: TemporaryFolder) throws -> ArrivalReader {
    let path = try folder.write("1,2\n3,4\n", to: "sample.csv")
    let options = CSVOptions()
    let sample = try CSVReader.read(path: path, options: options)
    return ArrivalReader(
      schema: sample.schema,
      template: DataSourceSpec(.csv(path: path, options: options)), skipsMalformed: false,
      prepare: { $0 }, flaw: { _, _ in nil })
  }

  /// The first input of each record.
  private func inputs(_ arrival: Arrival) throws -> [Float]? {
    guard case .piece(let data) = arrival else { return nil }
    return try inputs(data)
  }

  private func inputs(_ data: any GatheringDataset) throws -> [Float] {
    var values = [Float](repeating: 0, count: data.count)
    var span = values.mutableSpan
    try data.gatherInputs(Array(0..<data.count).span, into: &span, rescaling: nil)
    return values
  }

  @Test("going back loses no byte that the pipe has given")
  func pipe() throws {
    try withTemporaryFolder { folder in
      let path = folder.path("fifo")
      try #require(mkfifo(path, 0o600) == 0)
      let source = try PipeSource(
        path: path, reader: reader(folder), journal: folder.path("journal"), tell: { _ in })
      let writer = open(path, O_WRONLY)
      defer { close(writer) }
      func write(_ text: String) { #expect(Glibc.write(writer, text, text.utf8.count) > 0) }
      write("5,0\n6,0\n71")
      #expect(try inputs(source.next(wait: 1)) == [5, 6])
      #expect(try source.rewind(to: 1) == 0)
      #expect(try source.replay().map(inputs) == [5, 6])
      #expect(try source.replay() == nil)
      write("5,0\n8,0\n")
      #expect(try inputs(source.next(wait: 1)) == [715, 8])
      #expect(try folder.text(of: "journal") == "5,0\n6,0\n715,0\n8,0\n")
    }
  }

  @Test("all complete files of one listing are taken; one that changes meanwhile waits")
  func folder() throws {
    try withTemporaryFolder { folder in
      for (name, text) in [("a", "1,0\n"), ("b", "2,0\n"), ("c", ""), ("d", "4,0\n")] {
        try folder.write(text, to: "in/\(name).csv")
      }
      let source = try FolderSource(
        path: folder.path("in"), end: "END", settle: 0, reader: reader(folder),
        journal: folder.path("journal"), tell: { _ in })
      #expect(try inputs(source.next(wait: 0)) == [1])
      // Not in the listing, so that it comes behind the others.
      try folder.write("0,0\n", to: "in/a0.csv")
      try folder.write("3,0\n5,0\n", to: "in/d.csv")
      try folder.write("", to: "in/END")
      #expect(try inputs(source.next(wait: 0)) == [2])
      guard case .nothingOfUse = try source.next(wait: 0) else {
        Issue.record("an empty file is passed over")
        return
      }
      guard case .nothing = try source.next(wait: 0) else {
        Issue.record("a file that has changed is looked at again")
        return
      }
      #expect(try inputs(source.next(wait: 0)) == [0])
      #expect(try inputs(source.next(wait: 0)) == [3, 5])
      guard case .ended = try source.next(wait: 0) else {
        Issue.record("the end is there")
        return
      }
    }
  }

  @Test("the end ends nothing where the listing that shows it lacks the file before it")
  func end() throws {
    try withTemporaryFolder { folder in
      try folder.write("1,0\n", to: "in/a.csv")
      try folder.write("", to: "in/END")
      var listings = 0
      let source = try FolderSource(
        path: folder.path("in"), end: "END", settle: 9, reader: reader(folder),
        journal: folder.path("journal"),
        listing: { path, end in
          listings += 1
          return try FolderSource.files(in: path, end: end).filter {
            listings > 1 || $0.name == "END"
          }
        }, tell: { _ in })
      #expect(try inputs(source.next(wait: 0)) == [1])
      guard case .ended = try source.next(wait: 0) else {
        Issue.record("the end is there")
        return
      }
    }
  }

  @Test("what takes long is done in slices")
  func slices() throws {
    try withTemporaryFolder { folder in
      for i in 0..<5 { try folder.write("\(2 * i),0\n\(2 * i + 1),0\n", to: "in/\(i).csv") }
      let (path, reader) = (folder.path("in"), try reader(folder))
      let records = ArrivedRecords(
        Batch(capacity: 10, inputWidth: 1, targetWidth: 1, targetForm: .values),
        inputShape: Shape([1]), targets: .values(width: 1))
      let plan = FollowPlan(
        place: .folder(path, end: "END", settle: 0), reader: reader, idle: nil, buffer: 10,
        round: 1,
        records: records)
      let source = try plan.open(journal: folder.path("journal"), tell: { _ in })
      let queue = ArrivalQueue(plan, source)
      // Each look finds one file, and another follows where there is time.
      #expect(try !queue.fill(wait: 0) && records.batch.count < 10)
      while records.batch.count < 10 { #expect(try !queue.fill(wait: 0)) }
      // The second record of a file.
      try queue.rewind(to: 3)
      while try !queue.replay(for: 0) {}
      while records.batch.count < 2 { #expect(try !queue.fill(wait: 0)) }
      let inputs = records.batch.inputs
      #expect(inputs.span[0] == 3 && inputs.span[1] == 4)
    }
  }
}
