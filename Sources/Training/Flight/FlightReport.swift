import Formats

/// The last moments of all ranks of a run, from what their recorders have left.
public struct FlightReport: Sendable {
  /// The records by rank.
  public let records: [FlightRecord]

  /// Reads what lies in the run directory `run`.
  ///
  /// - Throws: `FileError` where there is nothing, or a file is damaged.
  public init(run: String) throws(FileError) {
    let folder = run + "/" + FlightRecorder.folder
    var records: [FlightRecord] = []
    for name in try Folder.entries(of: folder) where name.hasSuffix(".bin") {
      records.append(try FlightRecord(path: folder + "/" + name))
    }
    guard !records.isEmpty else {
      throw FileError(
        .unreadable, folder,
        "holds no flight recorder: the run is of an older nntrain, or ended as it should")
    }
    self.records = records.sorted { $0.rank < $1.rank }
  }

  /// The account as lines: where each rank was, and the last `count` events of all.
  public func lines(last count: Int) -> [String] {
    let end = records.compactMap(\.events.last?.time).max() ?? 0
    let size = records.map(\.size).max() ?? 0
    let moment = UTCTime(seconds: Int(end / 1_000_000_000)).compact
    var lines = ["the last event of \(size) \(size == 1 ? "rank" : "ranks") was at \(moment) UTC"]
    for record in records {
      let who = "rank \(record.rank) (\(record.host), process \(record.process))"
      guard let last = record.events.last else {
        lines.append("\(who): nothing yet")
        continue
      }
      lines.append(
        "\(who): after step \(last.step), \(last.phase.words)\(FlightReport.buckets(last)), for the"
          + " last \(FlightReport.seconds(end - min(last.time, end))) s")
    }
    let silent = Set(0..<size).subtracting(records.map(\.rank)).sorted()
    if !silent.isEmpty {
      lines.append("no recorder of rank \(silent.map { "\($0)" }.joined(separator: ", "))")
    }
    let all = records.flatMap { record in record.events.suffix(count).map { (record.rank, $0) } }
      .sorted { ($0.1.time, $0.0) < ($1.1.time, $1.0) }.suffix(count)
    lines.append("seconds before the last event, rank, step, what began:")
    for (rank, event) in all {
      lines.append(
        "\(Text.padded("-" + FlightReport.seconds(end - event.time), 13))  \(Text.padded("\(rank)", 4))"
          + "  \(Text.padded("\(event.step)", 8))  \(event.phase.words)\(FlightReport.buckets(event))"
      )
    }
    return lines
  }

  private static func buckets(_ event: FlightRecord.Event) -> String {
    event.started == 0
      ? "" : " (\(event.complete) of \(event.started) started buckets summed)"
  }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    Text.fixed(Double(nanoseconds) * 1e-9, 6)
  }
}
