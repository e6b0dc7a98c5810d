import Layers
import Models
import Tensors

private func settings(_ units: Int, _ sequences: Bool, bias: Bool = true, second: Bool = false)
  -> RecurrentSettings
{
  var settings = RecurrentSettings(units: units)
  settings.returnsSequences = sequences
  settings.usesBias = bias
  settings.usesRecurrentBias = second
  settings.initializer = Irregular()
  settings.recurrentInitializer = Irregular(scale: 0.7)
  settings.biasInitializer = Irregular(scale: 0.3)
  return settings
}

let recurrentCases: [GradientCase] = {
  let relu: SimpleRNN = {
    var layer = SimpleRNN(settings(7, true))
    layer.activation = .relu
    return layer
  }()
  let image = Convolution1D(
    Convolution2D(
      filters: 8, kernel: Extent2D(1, 3), padding: .same, initializer: Irregular(),
      biasInitializer: Irregular(scale: 0.2)))
  var cases = [
    GradientCase("lstm", [5, 4], [layer(LSTM(settings(6, false))), dense(2)]),
    GradientCase("gru", [5, 4], [layer(GRU(settings(6, false))), dense(2)]),
    GradientCase("simple rnn", [5, 4], [layer(SimpleRNN(settings(6, false))), dense(2)]),
    GradientCase(
      "recurrent layers on one another", [4, 3],
      [
        layer(LSTM(settings(9, true, second: true))), layer(GRU(settings(5, true))), layer(relu),
        layer(LSTM(settings(4, false, bias: false))), dense(2),
      ]),
    GradientCase(
      "dense and softmax in every step", [4, 3],
      [
        layer(LSTM(settings(5, true))), dense(70, .tanh), dense(3),
        layer(ActivationLayer(.softmax)),
      ]),
    GradientCase(
      "dense in every step of channels in blocks", [8, 5],
      [layer(image), dense(6, .gelu()), layer(Flatten()), dense(2)]),
    GradientCase("sequences as output", [4, 3], [layer(GRU(settings(5, true, bias: false)))]),
    GradientCase(
      "one step, one unit", [1, 1], [layer(LSTM(settings(1, true))), layer(Flatten()), dense(2)]),
    GradientCase(
      "rows set apart", [3, 128], [layer(LSTM(settings(128, true))), layer(Flatten()), dense(2)]),
    GradientCase("rows of a GRU set apart", [3, 4], [layer(GRU(settings(128, false))), dense(2)]),
    GradientCase(
      "lstm behind an image in blocks", [8, 5],
      [layer(image), layer(LSTM(settings(5, true))), layer(image), layer(Flatten()), dense(2)]),
    GradientCase(
      "lstm with two readers", [4, 5],
      [residual([layer(LSTM(settings(5, true)))]), layer(GRU(settings(3, false))), dense(2)]),
    GradientCase(
      "both ways, last states", [4, 3],
      [layer(Bidirectional(GRU(settings(5, false)), merge: .product)), dense(2)]),
  ]
  for (name, inputs, states) in [
    ("inputs", 0.4, 0), ("states", 0, 0.4), ("inputs and states", 0.3, 0.3),
  ] as [(String, Float, Float)] {
    func dropping(_ units: Int, _ sequences: Bool) -> RecurrentSettings {
      var settings = settings(units, sequences)
      (settings.dropout, settings.recurrentDropout) = (inputs, states)
      return settings
    }
    cases.append(
      GradientCase(
        "recurrent layers that drop \(name)", [4, 5],
        [
          layer(LSTM(dropping(7, true))), layer(GRU(dropping(6, true))),
          layer(SimpleRNN(dropping(5, true))), layer(LSTM(dropping(3, false))), dense(2),
        ]))
    cases.append(
      GradientCase(
        "both ways, dropping \(name)", [4, 5],
        [
          layer(Bidirectional(LSTM(dropping(5, true)), merge: .product)), layer(Flatten()),
          dense(2),
        ]))
  }
  // Weights, states and sums set apart, beside what dropout leaves of the states.
  var wide = settings(128, false)
  wide.recurrentDropout = 0.4
  for recurrent in [LSTM(wide), GRU(wide)] as [any RecurrentLayer] {
    cases.append(
      GradientCase("\(recurrent.kind) set apart that drops", [3, 4], [layer(recurrent), dense(2)]))
  }
  for merge in Bidirectional.Merge.allCases {
    cases.append(
      GradientCase(
        "both ways, \(merge)", [4, 3],
        [
          layer(Bidirectional(LSTM(settings(5, true)), merge: merge)),
          layer(Bidirectional(SimpleRNN(settings(3, true)), merge: merge)), layer(Flatten()),
          dense(2),
        ]))
  }
  return cases
}()
