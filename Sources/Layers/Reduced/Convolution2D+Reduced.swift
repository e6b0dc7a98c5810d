import OneDNN
import Tensors

extension Convolution2D {
  /// Compiles the three products on operands of reduced precision: native ones where oneDNN has code for
  /// all three passes, else rounded ones.
  func prepareReduced(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    var form = site.operands
    var passes: WeightPasses?
    if form == .bfloat16 {
      do throws(OneDNNError) {
        let made = try reducedPasses(site, form)
        if made.all.contains(where: \.isReference) { form = .rounded } else { passes = made }
      } catch {
        guard error.isUnimplemented else { throw error }
        form = .rounded
      }
    }
    let chosen: WeightPasses
    if let passes { chosen = passes } else { chosen = try reducedPasses(site, form) }
    return try PreparedReducedConvolution(
      chosen, form: form, activation: activation,
      isFused: reducedPostOperation(site) != nil, usesBias: usesBias, site: site)
  }

  private func reducedPostOperation(_ site: LayerSite) -> PostOperation? {
    PreparedActivation.postOperation(activation, isTraining: site.isTraining)
  }

  private func reducedPasses(
    _ site: LayerSite, _ form: OperandForm
  ) throws(OneDNNError) -> WeightPasses {
    let shape = site.inputs[0].shape
    let window: WindowGeometry
    let extents: [Int]
    do {
      window = try self.window.geometry(on: shape)
      extents = [site.rows] + (try outputShape(for: [shape])).dimensions
    } catch {
      throw OneDNNError(invalid: "a convolution where \(error)")
    }
    let plain = [filters / groups, shape[0] / groups, kernel.height, kernel.width]
    let weightExtents = groups == 1 ? plain : [groups] + plain
    let inputExtents = site.inputs[0].layout.dimensions
    let source = try MemoryDescriptor(any: inputExtents, of: form.type)
    let weights = try MemoryDescriptor(any: weightExtents, of: form.type)
    let bias = usesBias ? try MemoryDescriptor(plain: [filters]) : nil
    let forward = try Convolution.forward(
      source: source, weights: weights, bias: bias,
      destination: try MemoryDescriptor(any: extents), geometry: window,
      postOperation: reducedPostOperation(site), training: site.isTraining, engine: site.engine)
    var passes = WeightPasses(forward: forward)
    guard site.isTraining else { return passes }
    let result = try MemoryDescriptor(any: extents, of: form.type)
    passes.backwardWeights = try Convolution.backwardWeights(
      source: source, weights: try MemoryDescriptor(any: weightExtents), bias: bias,
      destination: result, geometry: window, forward: forward, engine: site.engine)
    guard site.inputs[0].wantsGradient else { return passes }
    passes.backwardData = try Convolution.backwardData(
      source: try MemoryDescriptor(any: inputExtents), weights: weights, destination: result,
      geometry: window, forward: forward, engine: site.engine)
    return passes
  }
}

extension WeightPasses {
  /// The passes that there are.
  var all: [PrimitiveDescriptor] {
    [forward, backwardWeights, backwardData].compactMap { $0 }
  }
}
