import Configuration
import Formats
import Training

/// What is special about a run that is part of another one; every rank calls these together.
struct RunPart {
  /// What it tells at its end.
  struct End {
    /// What the summary holds beside the figures of every run.
    var figures = JSONObject()
    /// What a person is told.
    var lines: [String] = []
  }

  /// Builds the run's objects, for so many shards where it goes on; talks to nobody.
  var assemble: ((RunConfiguration, Int?) throws -> RunAssembly)?
  /// Gives the parameters of a run that begins their first values.
  var initialize: ((Trainer) throws -> Void)?
  /// Looks at what came out.
  var conclude: ((Trainer, RunResult) throws -> End)?
}
