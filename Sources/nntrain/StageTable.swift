import Configuration
import Formats
import Models
import OneDNN
import Tensors
import Training

/// What `check` tells of the stages before a run: what each trains, and the memory that it needs.
struct StageTable {
  private struct Row {
    var stage: PretrainingStage
    var plan: RunPlan
    /// The bytes of the busiest rank, what the layers below make of the data included.
    var memory: Int
  }

  private let rows: [Row]
  private let ranks: Int

  /// Builds the stages of `configuration` on its `data` as `ranks` ranks would, without training; nil
  /// where it has none.
  ///
  /// - Throws: what is wrong with one of them.
  init?(_ configuration: RunConfiguration, _ data: RunData, ranks: Int) throws {
    let stages = try PretrainingPlan(configuration, inputShape: data.training.inputShape)
    guard !stages.stages.isEmpty else { return nil }
    try stages.check(data)
    let engine = try Engine()
    let stream = try Stream(engine: engine)
    self.ranks = ranks
    rows = try stages.stages.map { stage in
      let plan = try stage.draft(data, ranks: ranks).plan
      let memory = try Trainer.memory(plan, ranks: ranks, engine: engine, stream: stream)
      return Row(stage: stage, plan: plan, memory: memory.total + stage.featureBytes(data))
    }
  }

  /// The bytes of the busiest rank in the stage that needs most.
  var memoryPerRank: Int { rows.map(\.memory).max() ?? 0 }

  /// The table as text; `network` are the bytes of the run after the stages.
  func lines(network: Int) -> [String] {
    var cells = [["stage", "layers", "parameters", "batch", "shards", "memory per rank"]]
    for row in rows {
      cells.append([
        "\(row.stage.number)-\(row.stage.name)", layers(row),
        Text.grouped(row.plan.graph.parameterCount), "\(row.plan.batch)", "\(row.plan.shards)",
        Text.bytes(row.memory),
      ])
    }
    let most = max(network, memoryPerRank)
    let place = rows.first { $0.memory == most }.map { "stage \($0.stage.number)" } ?? "the network"
    return LayerTable.aligned(cells, toTheRight: [2, 3, 4, 5])
      + ["memory per rank at most: \(Text.bytes(most)), for \(place)"]
  }

  /// The table as JSON.
  var json: JSONValue {
    .array(
      rows.map { row in
        .object(
          JSONObject([
            ("folder", JSONValue(row.stage.folder)), ("layers", JSONValue(layers(row))),
            ("parameters", JSONValue(row.plan.graph.parameterCount)),
            ("batch", JSONValue(row.plan.batch)), ("shards", JSONValue(row.plan.shards)),
            ("memory_per_rank", JSONValue(row.memory)),
          ]))
      })
  }

  /// The units of the layers from the data upwards, or the names of those that are trained.
  private func layers(_ row: Row) -> String {
    let width = row.plan.graph.inputShape.count
    let units =
      switch row.stage.kind {
      case .machine(let machine, _): [width, machine.hidden]
      case .wakeSleep(let network, _): [width] + network.hidden
      case .autoencoder: [width, row.stage.layer?.dense.units ?? 0, width]
      case .supervised: [Int]()
      }
    guard units.isEmpty else { return units.map { "\($0)" }.joined(separator: "-") }
    return row.plan.graph.nodes.filter { node in
      node.parameters.contains { $0.rateMultiplier != 0 }
    }.map(\.name).joined(separator: ", ")
  }
}
