import Layers
import Models
import Tensors
import Testing

/// What the learning rate of a layer is multiplied by.
@Suite struct RateMultiplierTests {
  private func graph(_ own: [Float?]) throws -> NetworkGraph {
    var layers: [LayerSpec] = []
    for multiplier in own {
      let dense = Dense(units: 4, initializer: GlorotUniform(), biasInitializer: Zeros())
      layers.append(LayerSpec(.layer(dense), rateMultiplier: multiplier))
      layers.append(LayerSpec(.layer(ActivationLayer(.tanh))))
    }
    return try NetworkGraph(NetworkSpec(layers), inputShape: [4])
  }

  /// The multipliers of weight and bias of the dense layers.
  private func multipliers(_ graph: NetworkGraph) -> [[Float?]] {
    graph.nodes.map { $0.parameters.map(\.rateMultiplier) }.filter { !$0.isEmpty }
  }

  @Test func aLayersOwnIsThatOfAllItsParameters() throws {
    #expect(multipliers(try graph([nil, 0.5])) == [[nil, nil], [0.5, 0.5]])
  }

  @Test func othersFollowGeometricallyFromInputToOutput() throws {
    var graph = try graph([nil, nil, 7, nil, nil])
    graph.spreadRateMultipliers(input: 1, output: 0.0625)
    #expect(multipliers(graph) == [1, 0.5, 7, 0.125, 0.0625].map { [$0, $0] })
  }

  @Test func aSingleLayerIsTheLast() throws {
    var graph = try graph([nil])
    graph.spreadRateMultipliers(input: 1, output: 0.25)
    #expect(multipliers(graph) == [[0.25, 0.25]])
  }
}
