import OneDNN
import Tensors

extension Dense {
  /// The transpose for small products of our own, panels for wide ones; where oneDNN does those, rows
  /// set apart where their length is a trap for the cache, else what its inner product prefers.
  public func preferredLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor] {
    if site.inputs[0].shape.rank == 2 {
      return try preferredLayouts(at: PreparedStepwise.site(site))
    }
    let inputs = site.inputs[0].layout.dimensions
    if PreparedSmallDense.suits(inputs: inputs[1], outputs: units) {
      let weights = try MemoryDescriptor(transposed: [units, inputs[1]])
      return usesBias ? [weights, try MemoryDescriptor(plain: [units])] : [weights]
    }
    if site.operands != .float32 { return try plainLayouts(at: site) }
    if PreparedPanelDense.suits(inputs: inputs[1], outputs: units, engine: site.engine) {
      let weights = try PreparedPanelDense.weights(inputs: inputs[1], outputs: units)
      return usesBias ? [weights, try MemoryDescriptor(plain: [units])] : [weights]
    }
    if PreparedWideDense.suits(inputs: inputs[1]) {
      let weights = try PreparedWideDense.weights(inputs: inputs[1], outputs: units)
      return usesBias ? [weights, try MemoryDescriptor(plain: [units])] : [weights]
    }
    let wanted = try forward(site, weights: MemoryDescriptor(any: [units, inputs[1]]))
    let weights = try wanted.requiredLayout(.weights)
    return usesBias ? [weights, try MemoryDescriptor(plain: [units])] : [weights]
  }

  /// Compiles the three products.
  public func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer {
    let shape = site.inputs[0].shape
    if shape.rank == 2 {
      let inner = try prepare(at: PreparedStepwise.site(site))
      return try PreparedStepwise(inner, output: [shape[0], units], site: site)
    }
    let weights = site.parameterLayouts[0]
    let source = site.inputs[0].layout
    let inputs = source.dimensions[1]
    if site.operands != .float32, PreparedReducedDense.suits(inputs: inputs, outputs: units) {
      return try PreparedReducedDense(self, site: site)
    }
    if site.rows <= PreparedSmallDense.mostRows,
      PreparedSmallDense.suits(inputs: inputs, outputs: units)
    {
      return try PreparedSmallDense(self, site: site)
    }
    if weights == (try PreparedPanelDense.weights(inputs: inputs, outputs: units)) {
      return try PreparedPanelDense(self, site: site)
    }
    if !PreparedSmallDense.suits(inputs: inputs, outputs: units),
      PreparedWideDense.suits(inputs: inputs)
    {
      return try PreparedWideDense(self, site: site)
    }
    let result = try MemoryDescriptor(plain: [site.rows, units])
    let bias = usesBias ? site.parameterLayouts[1] : nil
    let forward = try forward(site, weights: weights)
    var passes = WeightPasses(forward: forward)
    if site.isTraining {
      let anyWeights = try MemoryDescriptor(any: weights.dimensions)
      passes.backwardWeights = try fastest([
        (source, weights, result), (source, anyWeights, result),
      ]) { source, weights, result throws(OneDNNError) in
        try InnerProduct.backwardWeights(
          source: source, weights: weights, bias: bias, destination: result, forward: forward,
          engine: site.engine)
      }
      if site.inputs[0].wantsGradient {
        passes.backwardData = try fastest([
          (source, weights, result), (source, anyWeights, result),
        ]) { source, weights, result throws(OneDNNError) in
          try InnerProduct.backwardData(
            source: source, weights: weights, destination: result, forward: forward,
            engine: site.engine)
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

  private func forward(
    _ site: LayerSite, weights: MemoryDescriptor
  ) throws(OneDNNError) -> PrimitiveDescriptor {
    try InnerProduct.forward(
      source: site.inputs[0].layout, weights: weights,
      bias: usesBias ? try MemoryDescriptor(plain: [units]) : nil,
      destination: try MemoryDescriptor(plain: [site.rows, units]),
      postOperation: postOperation(site), training: site.isTraining, engine: site.engine)
  }
}
