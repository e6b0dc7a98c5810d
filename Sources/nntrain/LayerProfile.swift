import Models
import Training

/// What `--verbose` tells of the time that each layer, and the rest of a step, takes.
struct LayerProfile {
  let graph: NetworkGraph
  let times: LayerTimes
  /// By layer, the kernels of its products: forward, by the weights, by the input; nil names none.
  var kernels: [[String]]?

  /// The table; nothing where no pass was measured.
  var lines: [String] {
    guard times.passes > 0 else { return [] }
    var rows = [["layer", "forward µs", "GFLOP/s", "backward µs", "GFLOP/s"]]
    var names = ["kernels"]
    for (index, node) in graph.nodes.enumerated() {
      let work = 2 * Double(node.layer.multiplyAdds(for: node.inputShapes) * times.samples)
      rows.append(
        [node.name] + cells(times.forward[index], work)
          + cells(times.backward[index], work * Double(times.backwardProducts[index])))
      names.append(LayerProfile.summary(kernels?[index] ?? []))
    }
    for (other, name) in [
      (LayerTimes.Other.objective, "objective"), (.finiteness, "finite?"), (.update, "optimizer"),
    ] {
      let turns = other == .objective ? times.passes : times.steps
      guard turns > 0 else { continue }
      rows.append(
        [
          "(\(name))", Text.fixed(times.others[other.rawValue] / Double(turns) * 1e6, 1), "", "",
          "",
        ])
    }
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let title =
      "time per layer: mean of \(times.passes) passes of"
      + " \(Text.fixed(Double(times.samples) / Double(times.passes), 1)) samples on rank 0"
    return [title]
      + rows.enumerated().map { index, row in
        let name = kernels != nil && index < names.count ? names[index] : ""
        return row[0] + String(repeating: " ", count: widths[0] - row[0].count)
          + (1..<5).map { "  " + Text.padded(row[$0], widths[$0]) }.joined()
          + (name.isEmpty ? "" : "  " + name)
      }
  }

  /// The different ones of `kernels`, in their order.
  private static func summary(_ kernels: [String]) -> String {
    var found: [String] = []
    for kernel in kernels where !found.contains(kernel) { found.append(kernel) }
    return found.joined(separator: ", ")
  }

  private func cells(_ seconds: Double, _ work: Double) -> [String] {
    [
      Text.fixed(seconds / Double(times.passes) * 1e6, 1),
      work > 0 && seconds > 0 ? Text.fixed(work / seconds * 1e-9, 1) : "",
    ]
  }
}
