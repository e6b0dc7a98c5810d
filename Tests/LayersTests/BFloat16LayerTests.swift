import Layers
import Models
import OneDNN
import Tensors
import Testing
import _TestSupport

/// Products of bfloat16 operands: native where the processor has them, and emulated.
@Suite struct BFloat16LayerTests {
  /// Emulated, and as the processor likes; elsewhere both are emulated.
  static let forms: [Bool?] = [false, nil]

  private struct Content: Decodable { var cases: [LayerCase] }

  @Test("outputs and gradients are those of PyTorch's autocast", arguments: forms)
  func golden(isNative: Bool?) throws {
    for layerCase in try Golden.load("bfloat16", as: Content.self).cases {
      let found = try layerCase.computed(precision: .bfloat16, isNative: isNative)
      let single = try layerCase.computed()
      func expect(_ what: String, _ values: [Float], _ golden: [Double]) {
        // PyTorch also rounds what products put out, and adds in another order before it does.
        let size = golden.reduce(0) { max($0, $1.magnitude) }
        #expect(
          mismatches(values, golden, relative: 1.0 / 128, absolute: size / 128) == [],
          "\(layerCase.layer) \(layerCase.settings): \(what)")
      }
      expect("output", found.output, layerCase.output)
      expect("gradient by the input", found.inputGradient, layerCase.inputGradient)
      for (index, golden) in layerCase.parameterGradients.enumerated() {
        expect("gradient by parameter \(index)", found.parameterGradients[index], golden)
      }
      #expect(found.output != single.output, "\(layerCase.layer) is not rounded")
    }
  }

  /// A layer behind a small dense one whose inputs are the unit matrix: its weights are the layer's
  /// inputs, their gradient that by the inputs. Small dense layers stay in single precision.
  private struct Site {
    static let rows = 16
    var layer: any Layer
    var shape: Shape

    struct Result: Equatable {
      var output: [Float]
      var gradients: [String: [Float]]
    }

    func run(
      _ values: [String: [Float]], seed: [Float], _ precision: Precision, isNative: Bool?
    ) throws -> Result {
      let source = Dense(
        units: shape.count, usesBias: false, initializer: Zeros(), biasInitializer: Zeros())
      let engine = try Engine(bfloat16: isNative)
      var graph = try NetworkGraph(
        NetworkSpec([
          LayerSpec(.layer(source), name: "source"),
          LayerSpec(.layer(Reshape(shape.dimensions))), LayerSpec(.layer(layer), name: "layer"),
        ]), inputShape: [Site.rows])
      graph.precision = precision
      let network = try Network(
        graph, mainRows: Site.rows, dropoutKey: RandomKey(low: 0, high: 0), engine: engine,
        stream: try Stream(engine: engine))
      try network.compile(training: [Site.rows], inference: [])
      let form = precision.operands(on: engine)
      #expect(try network.operands()[graph.lastWritten] == form)
      #expect(try network.operands()[0] == .float32)
      let store = network.parameters
      for entry in store.entries {
        store.write(FloatStorage(try #require(values[entry.name])).span, to: entry)
      }
      let plan = network.plan(rows: Site.rows, isTraining: true)
      let unit = (0..<Site.rows * Site.rows).map {
        Float($0 / Site.rows == $0 % Site.rows ? 1 : 0)
      }
      plan.moveInput(to: FloatStorage(unit), at: 0)
      plan.forward()
      let output = (0..<plan.output.count).map { plan.output[$0] }
      var gradient = plan.outputGradient
      for i in 0..<output.count { gradient[i] = seed[i] }
      let arena = FloatStorage([Float](repeating: .nan, count: store.weights.count))
      plan.backward(into: arena)
      var gradients: [String: [Float]] = [:]
      for entry in store.entries {
        let plain = FloatStorage(count: entry.spec.shape.count)
        var span = plain.mutableSpan
        store.read(entry, from: arena, into: &span)
        gradients[entry.name] = plain.array
      }
      return Result(output: output, gradients: gradients)
    }
  }

  private static func convolution(
    _ filters: Int, _ kernel: Int, stride: Int = 1, groups: Int = 1, padding: Padding = .same
  ) -> Convolution2D {
    Convolution2D(
      filters: filters, kernel: Extent2D(kernel, kernel), stride: Extent2D(stride, stride),
      padding: padding, groups: groups, initializer: Zeros(), biasInitializer: Zeros())
  }

  private static func dense(_ units: Int) -> Dense {
    Dense(units: units, initializer: Zeros(), biasInitializer: Zeros())
  }

  private static let sites: [Site] = [
    Site(layer: dense(180), shape: [200]), Site(layer: dense(1), shape: [200]),
    Site(layer: dense(7), shape: [8]), Site(layer: dense(19), shape: [2048]),
    Site(layer: convolution(5, 3), shape: [3, 6, 6]),
    Site(layer: convolution(16, 3), shape: [16, 5, 5]),
    Site(layer: convolution(33, 3), shape: [17, 4, 4]),
    Site(layer: convolution(6, 3, stride: 2), shape: [1, 7, 7]),
    Site(layer: convolution(6, 2, groups: 2, padding: .valid), shape: [4, 5, 5]),
    Site(
      layer: DepthwiseConvolution2D(convolution(0, 3), multiplier: 1), shape: [8, 6, 6]),
    Site(
      layer: Convolution1D(
        Convolution2D(
          filters: 5, kernel: Extent2D(1, 3), initializer: Zeros(), biasInitializer: Zeros())),
      shape: [3, 9]),
  ]

  @Test(
    "every product is float32 arithmetic on rounded operands, bit by bit",
    arguments: sites.indices, forms)
  func exact(index: Int, isNative: Bool?) throws {
    let site = Self.sites[index]
    // Whole numbers of nine bits, which bfloat16 rounds, halfway cases among them; so few and with
    // such signs that every sum of products of rounded ones is exact in any order.
    func numbers(_ count: Int, _ period: Int, signs: Int = 3) -> [Float] {
      (0..<count).map { Float((257 + $0 * 7 % period) * ($0 % signs == 0 ? -1 : 1)) }
    }
    func rounded(_ values: [Float]) -> [Float] {
      let storage = FloatStorage(values)
      var span = storage.mutableSpan
      roundToBFloat16(&span)
      return storage.array
    }
    var values = ["source.weight": numbers(site.shape.count * Site.rows, 31)]
    for spec in site.layer.parameters(for: [site.shape]) {
      let count = spec.shape.count
      values["layer.\(spec.name)"] =
        spec.role == .bias ? (0..<count).map(Float.init) : numbers(count, 29, signs: 2)
    }
    let outputs = try site.layer.outputShape(for: [site.shape]).count * Site.rows
    let seed = numbers(outputs, 23)
    var roundedValues = values
    for key in ["source.weight", "layer.weight"] {
      roundedValues[key] = rounded(try #require(values[key]))
      #expect(roundedValues[key] != values[key])
    }
    var found = try site.run(values, seed: seed, .bfloat16, isNative: isNative)
    var wanted = try site.run(roundedValues, seed: rounded(seed), .float32, isNative: nil)
    // The gradient by a bias is a plain sum, whose terms dense layers don't round.
    let bias = found.gradients.removeValue(forKey: "layer.bias")
    wanted.gradients["layer.bias"] = nil
    let isEqual = found == wanted
    #expect(isEqual)
    let whole = try site.run(values, seed: seed, .float32, isNative: nil)
    let size = (whole.gradients["layer.bias"] ?? []).reduce(0) { max($0, $1.magnitude) }
    let differences = zip(bias ?? [], whole.gradients["layer.bias"] ?? []).map {
      ($0 - $1).magnitude
    }
    #expect(differences.allSatisfy { $0 <= max(size, 1000) / 64 })
    let isRounded = whole != found
    #expect(isRounded)
  }

  @Test("what is too large becomes infinite, and NaN stays NaN", arguments: forms)
  func notFinite(isNative: Bool?) throws {
    let site = Self.sites[0]
    for (value, isFinite) in [
      (Float.greatestFiniteMagnitude, false), (.nan, false), (.infinity, false), (3.3e38, true),
      (0x1p-140, true),
    ] {
      var values = [
        "source.weight": [Float](repeating: 0, count: 200 * Site.rows),
        "layer.weight": [Float](repeating: 1, count: 200 * 180),
        "layer.bias": [Float](repeating: 0, count: 180),
      ]
      values["source.weight"]?[0] = value
      let seed = [Float](repeating: 0, count: 180 * Site.rows)
      let found = try site.run(values, seed: seed, .bfloat16, isNative: isNative)
      #expect(found.output.allSatisfy(\.isFinite) == isFinite, "\(value)")
    }
  }

  @Test("a parameter that changes between two passes is rounded again, unless it is said to stay")
  func stale() throws {
    for isNative in Self.forms {
      let engine = try Engine(bfloat16: isNative)
      var graph = try NetworkGraph(
        NetworkSpec([LayerSpec(.layer(Self.dense(3)), name: "layer")]), inputShape: [2])
      graph.precision = .bfloat16
      let network = try Network(
        graph, mainRows: 1, dropoutKey: RandomKey(low: 0, high: 0), engine: engine,
        stream: try Stream(engine: engine))
      try network.compile(training: [1], inference: [])
      let weight = try #require(network.parameters.entry("layer.weight"))
      let plan = network.plan(rows: 1, isTraining: true)
      let input = FloatStorage([1, 1])
      plan.moveInput(to: input, at: 0)
      func output(weights: Float) -> Float {
        network.parameters.write(
          FloatStorage([Float](repeating: weights, count: 6)).span, to: weight)
        plan.forward()
        return plan.output[0]
      }
      #expect(output(weights: 1) == 2)
      #expect(output(weights: 3) == 6)
      network.rounded.areFixed = true
      #expect(output(weights: 4) == 8)
      #expect(output(weights: 5) == 8)
      network.rounded.areFixed = false
      #expect(output(weights: 5) == 10)
    }
  }
}
