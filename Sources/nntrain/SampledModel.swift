import Formats
import Layers
import Pretraining
import Tensors

/// The model files from which samples are drawn.
struct SampledModel {
  /// Those of the machines from the data upwards, or the one of all together.
  let readers: [SafetensorsReader]
  /// The folders of the stages whose top machine has walked persistent chains, if it has; none of a file that
  /// was named alone.
  private let machines: [String]
  /// What a person should know.
  let note: String?

  /// Whether the machines were trained as a whole.
  var isWhole: Bool { readers.last.map { WakeSleepFile.isPresent(in: $0) } ?? false }

  /// Opens what lies at `path`: a run with stages, the folder of one stage, or a model file.
  init(_ path: String) throws {
    func open(_ folder: String) throws(FileError) -> SafetensorsReader {
      try SafetensorsReader(path: folder + "/model.safetensors")
    }
    guard !path.hasSuffix(".safetensors") else {
      (readers, machines, note) = ([try SafetensorsReader(path: path)], [], nil)
      return
    }
    let names = (try? Folder.entries(of: path + "/stages")) ?? []
    func number(_ name: String) -> Int { Int(name.prefix { $0 != "-" }) ?? 0 }
    machines = names.filter { $0.hasSuffix("-rbm") }.sorted { number($0) < number($1) }
      .map { "\(path)/stages/\($0)" }
    let whole = names.first { $0.hasSuffix("-up-down") }.map { "\(path)/stages/\($0)" }
    if let whole, SampledModel.isFinished(whole) {
      (readers, note) = ([try open(whole)], nil)
      return
    }
    guard !machines.isEmpty else {
      (readers, note) = ([try open(path)], nil)
      return
    }
    readers = try machines.map(open)
    note = whole.map { "\($0) is not finished; samples are drawn from the machines before it" }
  }

  /// A stage that was stopped has a model too.
  private static func isFinished(_ stage: String) -> Bool {
    (try? JSONFile.read(stage + "/summary.json"))?["stopped"]?.bool == false
  }

  /// The hidden units of the top machine's persistent chains, row after row. Training all machines as a whole
  /// keeps none of its own: those of the machine that stood at the top before go on.
  ///
  /// - Throws: `FileError` where there are none of `width` units, with what helps.
  func chains(width: Int) throws(FileError) -> FloatStorage {
    let last = readers[readers.count - 1]
    var source = last
    if isWhole {
      guard let folder = machines.last else {
        throw FileError(
          .badContent, last.path,
          "has no persistent chains: training as a whole keeps none; give the run's folder, whose last"
            + " machine has some if it was trained with `persistent: true`, or use --from data or noise"
        )
      }
      source = try SafetensorsReader(path: folder + "/model.safetensors")
    }
    guard let chains = try BoltzmannFile.chains(source) else {
      throw FileError(
        .badContent, source.path,
        "has no persistent chains; train it with `persistent: true`, or use --from data or noise")
    }
    guard chains.count > 0, chains.count.isMultiple(of: width) else {
      throw FileError(
        .badContent, source.path,
        "has chains of \(chains.count) units in all, which the \(width) hidden units of the top machine"
          + " don't fit; use --from data or noise")
    }
    return chains
  }
}
