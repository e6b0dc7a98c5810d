import OneDNN
import Tensors

extension Convolution2D {
  /// Winograd's algorithm is no faster below so many channels: its transforms cost as much as it saves.
  private static let winogradChannels = 32

  /// oneDNN's convolution; weights in the layout that its forward pass prefers.
  public func preferredLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor] {
    if site.operands != .float32 {
      let weights = try MemoryDescriptor(plain: weightDimensions(site))
      return usesBias ? [weights, try MemoryDescriptor(plain: [filters])] : [weights]
    }
    let wanted = try forward(site, weights: MemoryDescriptor(any: weightDimensions(site)))
    let weights = try wanted.requiredLayout(.weights)
    return usesBias ? [weights, try MemoryDescriptor(plain: [filters])] : [weights]
  }

  /// Compiles the three products.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    if site.operands != .float32 { return try prepareReduced(at: site) }
    let weights = site.parameterLayouts[0]
    let forward = try forward(site, weights: weights)
    let source = try forward.requiredLayout(.source)
    let result = try forward.requiredLayout(.destination)
    var passes = WeightPasses(forward: forward)
    if site.isTraining {
      let geometry = try geometry(site)
      let anyWeights = try MemoryDescriptor(any: weights.dimensions)
      let anySource = try MemoryDescriptor(any: source.dimensions)
      let anyResult = try MemoryDescriptor(any: result.dimensions)
      let bias = usesBias ? site.parameterLayouts[1] : nil
      // Some combinations, such as one input channel, have fast code for layouts of its own only.
      passes.backwardWeights = try byFastestAlgorithm(site) { algorithm throws(OneDNNError) in
        try fastest([
          (source, weights, result), (source, anyWeights, result),
          // A product over plain images costs two copies, but blocks of 8 channels for one to
          // three real ones cost up to eight times the work.
          (try source.plain(), anyWeights, try result.plain()),
          (anySource, anyWeights, anyResult),
        ]) { source, weights, result throws(OneDNNError) in
          try Convolution.backwardWeights(
            source: source, weights: weights, bias: bias, destination: result, geometry: geometry,
            forward: forward, algorithm: algorithm, engine: site.engine)
        }
      }
      if site.inputs[0].wantsGradient {
        let input = site.inputs[0].layout
        passes.backwardData = try byFastestAlgorithm(site) { algorithm throws(OneDNNError) in
          try fastest([
            (input, weights, result), (input, anyWeights, result), (anySource, anyWeights, result),
            (anySource, anyWeights, anyResult),
          ]) { source, weights, result throws(OneDNNError) in
            try Convolution.backwardData(
              source: source, weights: weights, destination: result, geometry: geometry,
              forward: forward, algorithm: algorithm, engine: site.engine)
          }
        }
      }
    }
    return try WeightProduct(
      passes, activation: activation, isFused: postOperation(site) != nil, usesBias: usesBias,
      site: site)
  }

  private func postOperation(_ site: LayerSite) -> PostOperation? {
    PreparedActivation.postOperation(activation, isTraining: site.isTraining)
  }

  private func weightDimensions(_ site: LayerSite) -> [Int] {
    let channels = site.inputs[0].shape[0]
    let plain = [filters / groups, channels / groups, kernel.height, kernel.width]
    return groups == 1 ? plain : [groups] + plain
  }

  private func geometry(_ site: LayerSite) throws(OneDNNError) -> WindowGeometry {
    do {
      return try window.geometry(on: site.inputs[0].shape)
    } catch {
      throw OneDNNError(invalid: "a convolution where \(error)")
    }
  }

  private func forward(
    _ site: LayerSite, weights: MemoryDescriptor
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let source = site.inputs[0].layout.dimensions
    let output = try? outputShape(for: [site.inputs[0].shape])
    guard let output else {
      throw OneDNNError(invalid: "a convolution of \(site.inputs[0].shape)")
    }
    return try byFastestAlgorithm(site) { algorithm throws(OneDNNError) in
      try Convolution.forward(
        source: try MemoryDescriptor(any: source), weights: weights,
        bias: usesBias ? try MemoryDescriptor(plain: [filters]) : nil,
        destination: try MemoryDescriptor(any: [site.rows] + output.dimensions),
        geometry: try geometry(site), postOperation: postOperation(site),
        training: site.isTraining, algorithm: algorithm, engine: site.engine)
    }
  }

  /// A pass by Winograd's algorithm where that is faster and oneDNN has it, else by the direct one. By shape
  /// alone, not by rows: the same sample gives the same bits in any batch.
  private func byFastestAlgorithm(
    _ site: LayerSite,
    _ make: (Convolution.Algorithm) throws(OneDNNError) -> PrimitiveDescriptor
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    let channels = site.inputs[0].shape[0]
    let isWinograd =
      kernel == Extent2D(3, 3) && window.stride == Extent2D(1, 1)
      && window.dilation == Extent2D(1, 1) && groups == 1
      && min(channels, filters) >= Convolution2D.winogradChannels
    if isWinograd {
      do throws(OneDNNError) {
        return try make(.winograd)
      } catch {
        guard error.isUnimplemented else { throw error }
      }
    }
    return try make(.direct)
  }
}

extension Window2D {
  /// The window over an image of `input` in oneDNN's terms.
  func geometry(on input: Shape) throws(LayerError) -> WindowGeometry {
    let placement = try placement(on: input)
    return WindowGeometry(
      kernel: [size.height, size.width], strides: [stride.height, stride.width],
      dilates: [dilation.height - 1, dilation.width - 1],
      before: [placement.before.height, placement.before.width],
      after: [placement.after.height, placement.after.width])
  }
}
