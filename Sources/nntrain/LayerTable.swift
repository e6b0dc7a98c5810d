import Formats
import Layers
import Models
import OneDNN
import Tensors
import Training

/// What `check` tells of a network: shapes, parameters, work and memory.
struct LayerTable {
  private let plan: RunPlan
  private let memory: Trainer.Memory
  /// How each layer holds the operands of its products; nil where all precision is single.
  private let operands: [OperandForm]?
  private let ranks: Int

  /// Compiles the network as `ranks` ranks would, without training.
  init(_ plan: RunPlan, ranks: Int) throws {
    self.plan = plan
    self.ranks = ranks
    let engine = try Engine()
    let stream = try Stream(engine: engine)
    (memory, operands) = try Trainer.memoryAndOperands(
      plan, ranks: ranks, engine: engine, stream: stream)
  }

  /// The bytes of the busiest rank.
  var memoryPerRank: Int { memory.total }

  /// The table as text, that of the stages before the run behind it.
  func lines(stages: StageTable?, notes: [String]) -> [String] {
    let graph = plan.graph
    var rows = [["layer", "output", "parameters", "multiply-adds", "precision", "from"]]
    rows.append(["input", "\(graph.inputShape)", "", "", "", ""])
    for (index, node) in graph.nodes.enumerated() {
      let count = LayerTable.learnt(node)
      let work = node.layer.multiplyAdds(for: node.inputShapes)
      let isNext = node.sources == [index == 0 ? .input : .node(index - 1)]
      rows.append([
        node.name, "\(node.shape)", count == 0 ? "" : Text.grouped(count),
        work == 0 ? "" : Text.grouped(work), precision(index),
        isNext ? "" : node.sources.map(name).joined(separator: " + "),
      ])
    }
    if operands == nil { for index in rows.indices { rows[index].remove(at: 4) } }
    var lines = LayerTable.aligned(rows, toTheRight: [2, 3])
    lines += [
      "",
      "\(Text.grouped(graph.parameterCount)) parameters,"
        + " \(Text.grouped(multiplyAdds)) multiply-adds per sample (forward)",
      "\(Text.grouped(plan.training.count)) \(plan.followed == nil ? "training samples" : "sample records"), batch \(plan.batch) in"
        + " \(Text.counted(plan.shards, "shard")) on \(Text.counted(ranks, "rank"))",
      "memory per rank: \(Text.bytes(memory.total)) = parameters \(Text.bytes(memory.parameters))"
        + " + optimizer \(Text.bytes(memory.slots)) + gradients \(Text.bytes(memory.gradients))"
        + " + layers \(Text.bytes(memory.layers)) + minibatch \(Text.bytes(memory.batch))"
        + " + checkpoint \(Text.bytes(memory.checkpoint))",
    ]
    if let line = PrecisionLine(graph.precision).text { lines.append(line) }
    lines += RateChart(plan).lines
    if let stages { lines += [""] + stages.lines(network: memory.total) }
    return lines + notes.map { "note: " + $0 }
  }

  /// `rows` as lines whose columns stand below one another, those of `numbers` at their right ends.
  static func aligned(_ rows: [[String]], toTheRight numbers: Set<Int>) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        numbers.contains(column)
          ? Text.padded(cell, widths[column])
          : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      return trimmed(cells.joined(separator: "  "))
    }
  }

  /// The table as JSON, with that of the stages before the run.
  func json(stages: StageTable?) -> JSONValue {
    let layers = plan.graph.nodes.enumerated().map { index, node in
      var layer = JSONObject([
        ("name", JSONValue(node.name)), ("kind", JSONValue(node.layer.kind)),
        ("output", .array(node.shape.dimensions.map { JSONValue($0) })),
        ("parameters", JSONValue(LayerTable.learnt(node))),
        ("multiply_adds", JSONValue(node.layer.multiplyAdds(for: node.inputShapes))),
      ])
      if operands != nil { layer["precision"] = JSONValue(precision(index)) }
      return JSONValue.object(layer)
    }
    var json = JSONObject([
      ("layers", .array(layers)), ("parameters", JSONValue(plan.graph.parameterCount)),
      ("multiply_adds", JSONValue(multiplyAdds)), ("batch", JSONValue(plan.batch)),
      ("shards", JSONValue(plan.shards)), ("ranks", JSONValue(ranks)),
      ("memory_per_rank", JSONValue(max(memory.total, stages?.memoryPerRank ?? 0))),
    ])
    json["stages"] = stages?.json
    return .object(json)
  }

  /// In which numbers the layer at `index` computes.
  private func precision(_ index: Int) -> String {
    guard let operands else { return "" }
    return switch operands[index] {
    case .float32: "float32"
    case .bfloat16: "bfloat16"
    case .rounded: "bfloat16 (emulated)"
    }
  }

  /// The values of a layer that are learnt, not measured.
  private static func learnt(_ node: NetworkGraph.Node) -> Int {
    node.parameters.reduce(0) { $0 + ($1.role == .statistic ? 0 : $1.shape.count) }
  }

  private var multiplyAdds: Int {
    plan.graph.nodes.reduce(0) { $0 + $1.layer.multiplyAdds(for: $1.inputShapes) }
  }

  private func name(_ source: NetworkGraph.Source) -> String {
    switch source {
    case .input: "input"
    case .node(let index): plan.graph.nodes[index].name
    }
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
