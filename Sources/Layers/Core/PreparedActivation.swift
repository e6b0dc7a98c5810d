import OneDNN

/// An activation compiled for one layout: applied after a product, in place where it can be.
///
/// Where the derivative follows from the result y alone, the input z is not kept and the forward
/// pass works in place, or inside the product itself. Otherwise z is kept:
///
///     from y: relu, leaky_relu, sigmoid y(1−y), tanh 1−y², elu, selu, softsign (1−|y|)²,
///             exponential y, hard_sigmoid, softmax y(∂y − Σ∂y·y)
///     from z: softplus, gelu, swish, and relu with a derivative other than 0 at 0
///
/// Functions with f(0) ≠ 0 go through oneDNN, which keeps the padding of blocked layouts zero; but for
/// softplus, of which oneDNN has no digits left below −16: its padding is zeroed afterwards.
final class PreparedActivation {
  let activation: Activation
  /// Whether the backward pass reads the function's input.
  let keepsInput: Bool
  /// Whether it reads the result.
  var keepsOutput: Bool { !keepsInput && activation != .linear }
  /// The floats of scratch that one call takes.
  private(set) var scratch = 0

  private let count: Int
  private let stream: Stream
  private let input: Memory
  private let output: Memory
  private let gradient: Memory
  private let scratchpad: Memory?
  private var forwards: [Execution] = []
  private var backwards: Execution?
  private var y: UnsafeMutablePointer<Float>?
  private var z: UnsafeMutablePointer<Float>?
  private var gradientAddress: UnsafeMutablePointer<Float>?
  private let isFused: Bool
  /// What is zeroed behind a function with f(0) ≠ 0.
  private var padding: ChannelPadding?

  /// The function to apply inside a product, if it can be.
  static func postOperation(_ activation: Activation, isTraining: Bool) -> PostOperation? {
    if isTraining && needsInput(activation) { return nil }
    switch activation {
    case .relu: return PostOperation(.relu)
    case .leakyReLU(let slope): return PostOperation(.relu, alpha: slope)
    case .sigmoid: return PostOperation(.logistic)
    case .tanh: return PostOperation(.tanh)
    case .elu(let alpha): return PostOperation(.elu, alpha: alpha)
    case .exponential: return PostOperation(.exponential)
    case .gelu(let approximate): return PostOperation(approximate ? .geluTanh : .geluErf)
    case .swish: return PostOperation(.swish, alpha: 1)
    case .linear, .softmax, .softplus, .softsign, .selu, .hardSigmoid: return nil
    }
  }

  /// Whether the derivative needs the function's input.
  static func needsInput(_ activation: Activation) -> Bool {
    switch activation {
    case .softplus, .gelu, .swish: true
    case .relu(let derivativeAtZero): derivativeAtZero != 0
    default: false
    }
  }

  /// Compiles `activation` for data of `layout`; `isFused` where a product applies it already.
  init(
    _ activation: Activation, layout: MemoryDescriptor, isFused: Bool, site: LayerSite
  ) throws(OneDNNError) {
    self.activation = activation
    self.isFused = isFused
    keepsInput = PreparedActivation.needsInput(activation)
    count = layout.storedCount
    stream = site.stream
    input = try Memory(layout, engine: site.engine)
    output = try Memory(layout, engine: site.engine)
    gradient = try Memory(layout, engine: site.engine)
    var forwardSteps: [PrimitiveDescriptor] = []
    var backwardStep: PrimitiveDescriptor?
    switch activation {
    case .softmax:
      let forward = try Softmax.forward(data: layout, engine: site.engine)
      forwardSteps = [forward]
      backwardStep = try Softmax.backward(data: layout, forward: forward, engine: site.engine)
    case .hardSigmoid:
      forwardSteps = [
        try Eltwise.forward(
          PostOperation(.linear, alpha: 1 / 6, beta: 0.5), data: layout, engine: site.engine),
        try Eltwise.forward(
          PostOperation(.clip, alpha: 0, beta: 1), data: layout, engine: site.engine),
      ]
    case .sigmoid, .tanh, .elu, .exponential, .gelu, .swish:
      let function = PreparedActivation.postOperation(activation, isTraining: false)
      if let function {
        let forward = try Eltwise.forward(function, data: layout, engine: site.engine)
        forwardSteps = [forward]
        if PreparedActivation.needsInput(activation) {
          backwardStep = try Eltwise.backward(
            function, data: layout, forward: forward, engine: site.engine)
        }
      }
    case .linear, .relu, .leakyReLU, .softplus, .softsign, .selu: break
    }
    if activation == .softplus { padding = try ChannelPadding(layout) }
    let all = forwardSteps + (backwardStep.map { [$0] } ?? [])
    let largest = all.max { $0.scratchCount < $1.scratchCount }
    if let layout = largest?.layout(.scratchpad) {
      scratchpad = try Memory(layout, engine: site.engine)
      scratch = layout.storedCount
    } else {
      scratchpad = nil
    }
    if !isFused {
      for (index, step) in forwardSteps.enumerated() {
        forwards.append(
          try Execution(step, arguments(index == 0 ? input : output, output)))
      }
    }
    if let backwardStep, site.isTraining {
      var bound: [(Argument, Memory)] = [
        (.destinationGradient, gradient), (.sourceGradient, gradient),
        activation == .softmax ? (.destination, output) : (.source, input),
      ]
      if let scratchpad { bound.append((.scratchpad, scratchpad)) }
      backwards = try Execution(backwardStep, bound)
    }
  }

  private func arguments(_ from: Memory, _ to: Memory) -> [(Argument, Memory)] {
    var bound: [(Argument, Memory)] = [(.source, from), (.destination, to)]
    if let scratchpad { bound.append((.scratchpad, scratchpad)) }
    return bound
  }

  /// Takes the places of z, y (which may be the same unless z is kept) and ∂y.
  func bind(
    input z: UnsafeMutablePointer<Float>, output y: UnsafeMutablePointer<Float>,
    gradient dy: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
  ) {
    self.z = z
    self.y = y
    input.move(to: z)
    output.move(to: y)
    if let dy { gradient.move(to: dy) }
    gradientAddress = dy
    scratchpad?.move(to: scratch)
  }

  /// Points z elsewhere.
  func moveInput(to address: UnsafeMutablePointer<Float>) {
    z = address
    input.move(to: address)
  }

  /// y = f(z), where it was not applied inside the product.
  func forward() {
    if isFused { return }
    guard forwards.isEmpty else {
      for step in forwards { step.run(stream) }
      return
    }
    guard let z, let y else { return }
    let source = UnsafeBufferPointer(start: z, count: count).span
    var result = UnsafeMutableBufferPointer(start: y, count: count).mutableSpan
    switch activation {
    case .relu: ActivationKernels.leakyReLU(source, 0, &result)
    case .leakyReLU(let slope): ActivationKernels.leakyReLU(source, slope, &result)
    case .softsign: ActivationKernels.softsign(source, &result)
    case .selu: ActivationKernels.selu(source, &result)
    case .softplus:
      ActivationKernels.softplus(source, &result)
      padding?.fill(y)
    default: if y != z { y.update(from: z, count: count) }
    }
  }

  /// ∂z = ∂y ⊙ f′, in the place of ∂y.
  func backward() {
    if let backwards { return backwards.run(stream) }
    guard let z, let y, let dy = gradientAddress else { return }
    var gradient = UnsafeMutableBufferPointer(start: dy, count: count).mutableSpan
    let result = UnsafeBufferPointer(start: y, count: count).span
    switch activation {
    case .relu(let atZero):
      if atZero == 0 {
        ActivationKernels.leakyReLUGradient(result, 0, &gradient)
      } else {
        let source = UnsafeBufferPointer(start: z, count: count).span
        ActivationKernels.reluGradient(source, atZero: atZero, &gradient)
      }
    case .leakyReLU(let slope): ActivationKernels.leakyReLUGradient(result, slope, &gradient)
    case .sigmoid: ActivationKernels.sigmoidGradient(result, &gradient)
    case .tanh: ActivationKernels.tanhGradient(result, &gradient)
    case .elu(let alpha): ActivationKernels.eluGradient(result, alpha: alpha, &gradient)
    case .selu: ActivationKernels.seluGradient(result, &gradient)
    case .softsign: ActivationKernels.softsignGradient(result, &gradient)
    case .exponential: ActivationKernels.exponentialGradient(result, &gradient)
    case .hardSigmoid: ActivationKernels.hardSigmoidGradient(result, &gradient)
    case .softplus:
      let source = UnsafeBufferPointer(start: z, count: count).span
      ActivationKernels.softplusGradient(source, &gradient)
    case .linear, .softmax, .gelu, .swish: break
    }
  }
}
