import Configuration
import Datasets
import Formats
import Models
import OneDNN
import Tensors
import Training

/// What `check` does with a configuration, as far as the sizes of a test allow: reads it, puts the run
/// together on one rank, compares its memory, and compiles its network.
public enum ConfigurationProbe {
  /// The bytes of the largest network that is compiled, and the most layers.
  private static let largest = (bytes: 16.0 * 0x1p20, layers: 60)
  /// The most numbers of synthetic data that are made.
  private static let most = 1 << 20

  /// Whether the configuration of `text` with `overrides` can be run; false where it is refused.
  ///
  /// - Throws: an error that is none of nntrain's own, or an internal one.
  public static func accepts(_ text: String, overrides: [String] = []) throws -> Bool {
    do {
      let configuration = try ConfigurationLoader.load(
        text: text, source: "a.yaml", name: "a", folder: nil, overrides: overrides)
      return try accepts(configuration)
    } catch is ConfigurationError {
    } catch is DatasetError {
    } catch is NetworkError {
    } catch is FileError {
    } catch let error as TrainingError where error.code != ExitCode.internalError {
    }
    return false
  }

  private static func accepts(_ configuration: RunConfiguration) throws -> Bool {
    let train = configuration.data.train
    // Only made-up and built-in data: a test has no other files.
    guard train.format == .digits || train.format == .synthetic else { return true }
    let width = (train.shape ?? []).reduce(Double(train.values ?? 1)) { $0 * Double($1) }
    let numbers = width * Double(train.count ?? 1)
    guard numbers <= Double(most) else { return true }
    let assembly = try RunAssembly(configuration, ranks: 1)
    let need = MemoryNeed(training: assembly.plan)
    try need.require(ranks: 1, available: AvailableMemory(bytes: 1 << 30, limit: "test"))
    guard need.bytes(ranks: 1) <= largest.bytes, assembly.plan.graph.nodes.count <= largest.layers
    else { return true }
    let engine = try Engine()
    _ = try Trainer.memory(
      assembly.plan, ranks: 1, engine: engine, stream: Stream(engine: engine))
    return true
  }
}
