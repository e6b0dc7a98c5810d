import Formats
import Models
import OneDNN
import Tensors
import Training

/// What `check` tells of a network: shapes, parameters, work and memory.
struct LayerTable {
  private let plan: RunPlan
  private let memory: Trainer.Memory
  private let ranks: Int

  /// Compiles the network as `ranks` ranks would, without training.
  init(_ plan: RunPlan, ranks: Int) throws {
    self.plan = plan
    self.ranks = ranks
    let engine = try Engine()
    memory = try Trainer.memory(
      plan, ranks: ranks, engine: engine, stream: try Stream(engine: engine))
  }

  /// The table as text.
  func lines(notes: [String]) -> [String] {
    let graph = plan.graph
    var rows = [["layer", "output", "parameters", "multiply-adds", "from"]]
    rows.append(["input", "\(graph.inputShape)", "", "", ""])
    for (index, node) in graph.nodes.enumerated() {
      let count = LayerTable.learnt(node)
      let work = node.layer.multiplyAdds(for: node.inputShapes)
      let isNext = node.sources == [index == 0 ? .input : .node(index - 1)]
      rows.append([
        node.name, "\(node.shape)", count == 0 ? "" : Text.grouped(count),
        work == 0 ? "" : Text.grouped(work),
        isNext ? "" : node.sources.map(name).joined(separator: " + "),
      ])
    }
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      let cells = row.enumerated().map { column, cell in
        column == 2 || column == 3
          ? Text.padded(cell, widths[column])
          : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      return trimmed(cells.joined(separator: "  "))
    }
    lines += [
      "",
      "\(Text.grouped(graph.parameterCount)) parameters,"
        + " \(Text.grouped(multiplyAdds)) multiply-adds per sample (forward)",
      "\(Text.grouped(plan.training.count)) \(plan.followed == nil ? "training samples" : "sample records"), batch \(plan.batch) in"
        + " \(plan.shards) shards on \(ranks) \(ranks == 1 ? "rank" : "ranks")",
      "memory per rank: \(Text.bytes(memory.total)) = parameters \(Text.bytes(memory.parameters))"
        + " + optimizer \(Text.bytes(memory.slots)) + gradients \(Text.bytes(memory.gradients))"
        + " + layers \(Text.bytes(memory.layers)) + minibatch \(Text.bytes(memory.batch))"
        + " + checkpoint \(Text.bytes(memory.checkpoint))",
    ]
    lines += RateChart(plan).lines
    return lines + notes.map { "note: " + $0 }
  }

  /// The table as JSON.
  var json: JSONValue {
    let layers = plan.graph.nodes.map { node in
      JSONValue.object(
        JSONObject([
          ("name", JSONValue(node.name)), ("kind", JSONValue(node.layer.kind)),
          ("output", .array(node.shape.dimensions.map { JSONValue($0) })),
          ("parameters", JSONValue(LayerTable.learnt(node))),
          ("multiply_adds", JSONValue(node.layer.multiplyAdds(for: node.inputShapes))),
        ]))
    }
    return .object(
      JSONObject([
        ("layers", .array(layers)), ("parameters", JSONValue(plan.graph.parameterCount)),
        ("multiply_adds", JSONValue(multiplyAdds)), ("batch", JSONValue(plan.batch)),
        ("shards", JSONValue(plan.shards)), ("ranks", JSONValue(ranks)),
        ("memory_per_rank", JSONValue(memory.total)),
      ]))
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

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
