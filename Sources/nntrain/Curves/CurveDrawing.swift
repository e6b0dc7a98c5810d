import Dispatch
import Formats
import Plotting
import Synchronization
import Tensors
import Training

/// Draws the learning curves of a run while it trains: on a thread of its own, by a process of the lowest
/// priority, every few seconds and at the end.
///
/// Of the time between two pictures at most a hundredth is spent on drawing, and a training is never lost for
/// want of a picture.
final class CurveDrawing {
  /// The least number of seconds between two pictures.
  fileprivate static let interval = 5.0

  /// What the two threads share.
  struct State {
    var isBusy = false
    /// When the next picture may be begun, in seconds of the monotonic clock.
    var next: Double
    /// Why the last picture could not be drawn.
    var note: String?
    /// Whether no other attempt would end differently.
    var isHopeless = false
  }

  private let name: String
  private let drawer: Drawer
  private var epochs: [JSONValue] = []
  /// The epochs in the last picture.
  private var drawn = 0
  private let queue = DispatchQueue(label: "nntrain.curves")

  /// Draws the run called `name` into its `directory`, with the epochs that it has already behind it.
  init(of name: String, in directory: RunDirectory) throws(FileError) {
    self.name = name
    drawer = Drawer(directory.path, first: MonotonicClock.seconds + CurveDrawing.interval)
    epochs = try MetricsFile.read(directory.path(of: MetricsFile.name)).map(CurveDrawing.kept)
  }

  /// What curves need of a line of `metrics.jsonl`.
  private static func kept(_ line: JSONValue) -> JSONValue {
    let names = ["epoch", "step", "learning_rate", "snapshots"] + LearningHistory.sets
    return .object(JSONObject(names.compactMap { name in line[name].map { (name, $0) } }))
  }

  /// Takes the epoch's line and begins a picture where it is time for one.
  func take(_ line: JSONValue) {
    let epoch = line["epoch"]?.int ?? 0
    // A run that has gone back to a checkpoint repeats epochs.
    while let last = epochs.last?["epoch"]?.int, last >= epoch {
      epochs.removeLast()
      drawn = min(drawn, epochs.count)
    }
    epochs.append(CurveDrawing.kept(line))
    guard drawer.begins(at: MonotonicClock.seconds) else { return }
    drawn = epochs.count
    let history = LearningHistory(name: name, epochs: epochs)
    queue.async { [drawer] in drawer.draw(history, niceness: 19) }
  }

  /// Draws the last picture, with the epoch that early stopping has chosen; what a person should know where
  /// that is not possible.
  func finish(chosenEpoch: Int? = nil) -> String? {
    queue.sync {}
    if drawn < epochs.count || chosenEpoch != nil, !drawer.isHopeless {
      drawn = epochs.count
      drawer.draw(
        LearningHistory(name: name, epochs: epochs, chosenEpoch: chosenEpoch), niceness: 0)
    }
    return drawer.takeNote()
  }
}

/// What draws, on either thread.
private final class Drawer: Sendable {
  private let directory: String
  private let state: Mutex<CurveDrawing.State>

  init(_ directory: String, first: Double) {
    self.directory = directory
    state = Mutex(CurveDrawing.State(next: first))
  }

  /// Whether it is time for another picture, which is counted as begun then.
  func begins(at now: Double) -> Bool {
    state.withLock { state in
      guard !state.isBusy, !state.isHopeless, now >= state.next else { return false }
      state.isBusy = true
      return true
    }
  }

  var isHopeless: Bool { state.withLock { $0.isHopeless } }

  /// Why the last picture could not be drawn, once.
  func takeNote() -> String? {
    state.withLock { state in
      defer { state.note = nil }
      return state.note
    }
  }

  func draw(_ history: LearningHistory, niceness: Int32) {
    let begin = MonotonicClock.seconds
    var note: String?
    var isHopeless = false
    do {
      var gnuplot = try Gnuplot(environment: Output.environment)
      gnuplot.niceness = niceness
      if let chart = LearningCurves([history])?.chart {
        for format in PictureFormat.allCases {
          try Picture.write(
            gnuplot.draw(chart, as: format),
            to: "\(directory)/\(LearningCurves.name).\(format.rawValue)", followsLink: false)
        }
      }
    } catch let error as PlotError {
      note = error.description + "; the run goes on without learning curves"
      isHopeless = error.kind == .missing
    } catch {
      note = "the learning curves are not written: \(error)"
    }
    let end = MonotonicClock.seconds
    let found = (note, isHopeless)
    state.withLock { state in
      state.isBusy = false
      state.note = found.0
      state.isHopeless = found.1
      state.next = end + max(CurveDrawing.interval, 100 * (end - begin))
    }
  }
}
