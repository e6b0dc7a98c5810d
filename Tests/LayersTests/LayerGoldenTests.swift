import Layers
import Models
import OneDNN
import Tensors
import Testing
import _TestSupport

/// Outputs and gradients of the layers against PyTorch's, made by `scripts/golden/layers.py`, and NumPy's,
/// by `sequences.py` and `recurrent_dropout.py`.
@Suite struct LayerGoldenTests {
  private struct Content: Decodable { var cases: [LayerCase] }

  @Test("outputs and gradients are PyTorch's")
  func golden() throws {
    let cases = try Golden.load("layers", as: Content.self).cases
    // Every kind of layer and every activation is among them.
    #expect(
      Set(cases.map(\.layer)).count == 2 * LayerCase.activations.count + 4 + 12 + 9 + 1 + 16 + 6)
    try expectGolden(cases)
  }

  @Test("embedding, steps on their own and truncated gradients are those of complex steps")
  func sequences() throws {
    let cases = try Golden.load("sequences", as: Content.self).cases
    #expect(Set(cases.map(\.layer)).count == 1 + 4 + 6)
    try expectGolden(cases)
    // Without truncation more comes back.
    for var layerCase in cases where layerCase.settings["truncate"] == [1] {
      layerCase.settings["truncate"] = nil
      let found = try layerCase.computed()
      #expect(
        !mismatches(
          found.inputGradient, layerCase.inputGradient, relative: 1e-3, absolute: 1e-3
        ).isEmpty)
    }
  }

  @Test("recurrent layers with dropout are those of complex steps under the same masks")
  func recurrentDropout() throws {
    let cases = try Golden.load("recurrent_dropout", as: Content.self).cases
    #expect(Set(cases.map(\.layer)).count == 6)
    try expectGolden(cases)
  }

  private func expectGolden(_ cases: [LayerCase]) throws {
    for layerCase in cases {
      let found = try layerCase.computed()
      let name = "\(layerCase.layer) \(layerCase.settings)"
      func expect(_ what: String, _ values: [Float], _ golden: [Double]) {
        let size = golden.reduce(0) { max($0, $1.magnitude) }
        // The rounding of a dozen layers adds up.
        let share = layerCase.layer.hasPrefix("stages") ? 1e-5 : 1e-6
        #expect(
          mismatches(values, golden, relative: 1e-5, absolute: share * max(size, 1)) == [],
          "\(name): \(what)")
      }
      expect("output", found.output, layerCase.output)
      expect("gradient by the input", found.inputGradient, layerCase.inputGradient)
      for (index, golden) in layerCase.parameterGradients.enumerated() {
        expect("gradient by parameter \(index)", found.parameterGradients[index], golden)
      }
    }
  }

  @Test("a wrong setting is noticed")
  func sensitivity() throws {
    let cases = try Golden.load("layers", as: Content.self).cases
    var strided = try #require(cases.first { $0.settings["stride"] == [2, 3] })
    strided.settings["padding"] = [2, 0, 1, 1]
    let found = try strided.computed()
    #expect(!mismatches(found.output, strided.output, relative: 1e-5, absolute: 1e-6).isEmpty)
  }
}
