import Layers
import Models
import OneDNN
import Tensors
import Testing

/// Shapes, names and first values of recurrent layers; what they compute stands in the golden file.
@Suite struct RecurrentTests {
  private func graph(_ layers: [any Layer], _ input: Shape = [5, 4]) throws -> NetworkGraph {
    try NetworkGraph(NetworkSpec(layers.map { LayerSpec(.layer($0)) }), inputShape: input)
  }

  private func sequences(_ units: Int) -> RecurrentSettings {
    var settings = RecurrentSettings(units: units)
    settings.returnsSequences = true
    return settings
  }

  @Test("parameters have the names and shapes of PyTorch's modules")
  func names() throws {
    var both = RecurrentSettings(units: 3)
    both.usesRecurrentBias = true
    let names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    let one = try graph([LSTM(both)]).nodes[0].parameters
    #expect(one.map(\.name) == names)
    #expect(one.map(\.shape) == [[12, 4], [12, 3], [12], [12]])
    let two = try graph([Bidirectional(GRU(RecurrentSettings(units: 3)))]).nodes[0].parameters
    #expect(two.map(\.name) == names + names.map { $0 + "_reverse" })
    #expect(two.prefix(4).map(\.shape) == [[9, 4], [9, 3], [9], [9]])
    let simple = try graph([SimpleRNN(RecurrentSettings(units: 3))]).nodes[0].parameters
    #expect(simple.map(\.name) == Array(names.prefix(3)))
    #expect(simple.map(\.shape) == [[3, 4], [3, 3], [3]])
  }

  @Test("the output holds every step or the last, of one or both directions")
  func shapes() throws {
    #expect(try graph([LSTM(RecurrentSettings(units: 3))]).nodes[0].shape == [3])
    #expect(try graph([LSTM(sequences(3))]).nodes[0].shape == [5, 3])
    #expect(try graph([Bidirectional(GRU(sequences(3)))]).nodes[0].shape == [5, 6])
    #expect(try graph([Bidirectional(GRU(sequences(3)), merge: .sum)]).nodes[0].shape == [5, 3])
    let layer = Bidirectional(LSTM(RecurrentSettings(units: 3)))
    #expect(try graph([layer]).nodes[0].shape == [6])
    #expect(layer.multiplyAdds(for: [[5, 4]]) == 2 * 5 * 4 * 3 * (4 + 3))
    for input: Shape in [[20], [1, 5, 4]] {
      #expect(throws: NetworkError.self) { try graph([layer], input) }
    }
    #expect(throws: NetworkError.self) { try graph([LSTM(RecurrentSettings(units: 0))]) }
  }

  @Test(
    "a masked sequence is judged step by step whichever branch it comes by, ids by an embedding alone"
  )
  func masks() throws {
    for branches in [
      [Dropout(rate: 0), LSTM(sequences(4))], [LSTM(sequences(4)), Dropout(rate: 0)],
    ]
      as [[any Layer]]
    {
      for first in [Masking(), Dropout(rate: 0)] as [any Layer] {
        let graph = try NetworkGraph(
          NetworkSpec([
            LayerSpec(.layer(first)),
            LayerSpec(.parallel(branches.map { [LayerSpec(.layer($0))] }, merge: .sum)),
          ]), inputShape: [5, 4])
        #expect(graph.positions == 5 && graph.isOutputMasked == (first is Masking))
      }
    }
    let ends = Masking(value: .nan)
    let ids = try graph([ends, Embedding(vocabulary: 3, units: 2), LSTM(sequences(2))], [5])
    #expect(ids.isOutputMasked && ids.positions == 5)
    for layer in [
      Dense(units: 2, initializer: Zeros(), biasInitializer: Zeros()), Dropout(rate: 0.1),
      ActivationLayer(.tanh),
    ] as [any Layer] {
      let error = #expect(throws: NetworkError.self) { try graph([ends, layer], [5]) }
      #expect(error?.reason.contains("takes the padded numbers 5 for data") == true)
    }
  }

  @Test("weights, recurrent weights and the forget gate begin as in Keras")
  func firstValues() throws {
    let graph = try graph([LSTM(RecurrentSettings(units: 3))])
    let engine = try Engine()
    let network = try Network(
      graph, mainRows: 2, dropoutKey: RandomKey(low: 0, high: 0), engine: engine,
      stream: try Stream(engine: engine))
    network.parameters.initialize(key: RandomKey(low: 1, high: 2))
    func values(_ name: String) throws -> [Float] {
      let entry = try #require(network.parameters.entry("lstm_1.\(name)"))
      let plain = FloatStorage(count: entry.spec.shape.count)
      var span = plain.mutableSpan
      network.parameters.read(entry, into: &span)
      return plain.array
    }
    #expect(try values("bias_ih_l0") == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    // ±√(6 / (4 + 12)); Keras counts all gates among the outputs.
    let weights = try values("weight_ih_l0").map(\.magnitude)
    let bound = Float(6.0 / 16).squareRoot()
    #expect(weights.allSatisfy { $0 <= bound } && weights.contains { $0 > 0.8 * bound })
    // The three columns of [12, 3] are orthonormal.
    let u = try values("weight_hh_l0")
    for a in 0..<3 {
      for b in 0..<3 {
        let product = (0..<12).reduce(Float(0)) { $0 + u[$1 * 3 + a] * u[$1 * 3 + b] }
        #expect((product - (a == b ? 1 : 0)).magnitude < 1e-6)
      }
    }
  }
}
