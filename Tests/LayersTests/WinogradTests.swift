import Layers
import Tensors
import Testing
import _TestSupport

/// Convolutions of 3×3 over many channels, for which Winograd's algorithm is taken where oneDNN has it, against
/// plain loops in double precision.
@Suite struct WinogradTests {
  /// Images, channels, filters, height and width of the input, and the padding of all sides.
  struct Size: Sendable {
    var rows: Int
    var channels: Int
    var filters: Int
    var height: Int
    var width: Int
    var padding: Int

    var output: (height: Int, width: Int) { (height + 2 * padding - 2, width + 2 * padding - 2) }

    /// Calls `body` with the places of an output, a weight and an input that are multiplied.
    func forEachProduct(_ body: (_ output: Int, _ weight: Int, _ input: Int) -> Void) {
      for row in 0..<rows {
        for filter in 0..<filters {
          for y in 0..<output.height {
            for x in 0..<output.width {
              let place = ((row * filters + filter) * output.height + y) * output.width + x
              for channel in 0..<channels {
                for tap in 0..<9 {
                  let (v, u) = (y + tap / 3 - padding, x + tap % 3 - padding)
                  guard 0..<height ~= v, 0..<width ~= u else { continue }
                  body(
                    place, (filter * channels + channel) * 9 + tap,
                    ((row * channels + channel) * height + v) * width + u)
                }
              }
            }
          }
        }
      }
    }
  }

  private func numbers(_ count: Int, _ low: UInt32) -> [Float] {
    let storage = FloatStorage(count: count)
    var span = storage.mutableSpan
    fillUniform(&span, low: -1, high: 1, key: RandomKey(low: low, high: 3))
    return storage.array
  }

  private func layerCase(_ size: Size) -> LayerCase {
    let input = numbers(size.rows * size.channels * size.height * size.width, 0)
    let weights = numbers(size.filters * size.channels * 9, 1)
    let bias = numbers(size.filters, 2)
    let outputs = size.output.height * size.output.width
    let seed = numbers(size.rows * size.filters * outputs, 3)
    var output = (0..<seed.count).map { Double(bias[$0 / outputs % size.filters]) }
    var byInput = [Double](repeating: 0, count: input.count)
    var byWeights = [Double](repeating: 0, count: weights.count)
    var byBias = [Double](repeating: 0, count: bias.count)
    for (i, value) in seed.enumerated() { byBias[i / outputs % size.filters] += Double(value) }
    size.forEachProduct { place, weight, source in
      output[place] += Double(weights[weight]) * Double(input[source])
      byInput[source] += Double(weights[weight]) * Double(seed[place])
      byWeights[weight] += Double(input[source]) * Double(seed[place])
    }
    return LayerCase(
      layer: "conv2d",
      settings: ["kernel": [3, 3], "padding": [Int](repeating: size.padding, count: 4)],
      inputShape: [size.rows, size.channels, size.height, size.width], input: input,
      parameters: [weights, bias], seed: seed,
      outputShape: [size.rows, size.filters, size.output.height, size.output.width],
      output: output, inputGradient: byInput, parameterGradients: [byWeights, byBias])
  }

  @Test(
    "outputs and gradients equal plain loops",
    arguments: [
      Size(rows: 2, channels: 32, filters: 32, height: 8, width: 8, padding: 1),
      Size(rows: 1, channels: 32, filters: 48, height: 7, width: 9, padding: 1),
      Size(rows: 3, channels: 48, filters: 32, height: 6, width: 5, padding: 0),
      Size(rows: 2, channels: 40, filters: 33, height: 5, width: 5, padding: 1),
    ])
  func equalPlainLoops(size: Size) throws {
    let wanted = layerCase(size)
    let found = try wanted.computed()
    func expect(_ what: String, _ values: [Float], _ wanted: [Double]) {
      let largest = wanted.reduce(0) { max($0, $1.magnitude) }
      #expect(
        mismatches(values, wanted, relative: 0, absolute: 1e-5 * largest) == [], "\(what)")
    }
    expect("output", found.output, wanted.output)
    expect("gradient by the input", found.inputGradient, wanted.inputGradient)
    expect("gradient by the weights", found.parameterGradients[0], wanted.parameterGradients[0])
    expect("gradient by the bias", found.parameterGradients[1], wanted.parameterGradients[1])
  }

  @Test("a sample gives the same bits in any batch")
  func batches() throws {
    let size = Size(rows: 5, channels: 32, filters: 64, height: 8, width: 8, padding: 1)
    let whole = layerCase(size)
    let all = try whole.computed()
    for rows in 1..<size.rows {
      var few = whole
      few.inputShape[0] = rows
      few.outputShape[0] = rows
      few.input = Array(whole.input.prefix(whole.input.count / size.rows * rows))
      few.seed = Array(whole.seed.prefix(whole.seed.count / size.rows * rows))
      let found = try few.computed()
      #expect(found.output == Array(all.output.prefix(found.output.count)))
      #expect(found.inputGradient == Array(all.inputGradient.prefix(found.inputGradient.count)))
    }
  }
}
