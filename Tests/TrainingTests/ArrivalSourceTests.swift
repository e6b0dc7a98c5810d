import Datasets
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
      template: DataSourceSpec(.csv(path: path, options: options)), skipsMalformed: false
    ) { part, _ in part }
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
}
