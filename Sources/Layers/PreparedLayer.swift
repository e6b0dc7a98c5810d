import OneDNN
import Tensors

/// A layer compiled for a number of rows: primitives made, memory wanted, then bound and run.
///
/// `forward` and `backward` allocate nothing. Gradients by inputs are overwritten, gradients by
/// parameters too: they are the sums over the rows, zero in the padding of their layouts, since the place
/// of a gradient holds remains of another layer's.
public protocol PreparedLayer: AnyObject {
  /// The layout of the output; its gradient has the same.
  var output: MemoryDescriptor { get }

  /// The memory that the layer wants.
  var needs: BufferNeeds { get }

  /// What the layer adds to the objective for the rows of the last forward pass, as a sum over them.
  var penalty: Double { get }

  /// How the operands of the layer's products are held.
  var operands: OperandForm { get }

  /// The names of the kernels that compute the layer's products: forward, by the weights, by the input.
  /// Empty where they are not known.
  var kernels: [String] { get }

  /// Takes the places of everything the layer reads and writes; called once.
  func bind(_ buffers: LayerBuffers) throws(OneDNNError)

  /// Points an input that is the network's own elsewhere.
  func moveInput(_ index: Int, to address: UnsafeMutablePointer<Float>)

  /// Computes the output.
  func forward()

  /// Computes the gradients by the inputs and parameters; may overwrite the output's gradient.
  func backward()
}

extension PreparedLayer {
  /// Most layers penalize nothing.
  public var penalty: Double { 0 }

  /// Most layers compute in single precision.
  public var operands: OperandForm { .float32 }

  /// Most layers have no products.
  public var kernels: [String] { [] }
}

/// The memory that a prepared layer wants, in floats.
public struct BufferNeeds: Sendable {
  /// Whether the backward pass reads the inputs.
  public var keepsInputs = false
  /// Whether the backward pass reads the output.
  public var keepsOutput = false
  /// What the forward pass leaves for the backward pass.
  public var saved = 0
  /// What is used within one call.
  public var scratch = 0
  /// Whether the output is the input under another shape: no memory, no work.
  public var isView = false

  /// No wants.
  public init() {}
}

/// The places of everything a prepared layer reads and writes.
public struct LayerBuffers {
  /// The inputs.
  public var inputs: [UnsafeMutablePointer<Float>]
  /// The output.
  public var output: UnsafeMutablePointer<Float>
  /// Where gradients by the inputs go; nil where nobody wants them.
  public var inputGradients: [UnsafeMutablePointer<Float>?]
  /// The gradient by the output; nil in inference.
  public var outputGradient: UnsafeMutablePointer<Float>?
  /// `needs.saved` floats.
  public var saved: UnsafeMutablePointer<Float>
  /// `needs.scratch` floats, shared with other layers.
  public var scratch: UnsafeMutablePointer<Float>

  /// Places of the given addresses.
  public init(
    inputs: [UnsafeMutablePointer<Float>], output: UnsafeMutablePointer<Float>,
    inputGradients: [UnsafeMutablePointer<Float>?],
    outputGradient: UnsafeMutablePointer<Float>?, saved: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    self.inputs = inputs
    self.output = output
    self.inputGradients = inputGradients
    self.outputGradient = outputGradient
    self.saved = saved
    self.scratch = scratch
  }
}

/// One input of a layer that is being compiled.
public struct LayerInput: Sendable {
  /// The shape of one sample.
  public var shape: Shape
  /// The layout of all rows.
  public var layout: MemoryDescriptor
  /// Whether the gradient by this input is wanted.
  public var wantsGradient: Bool
  /// Whether it is a sequence with padded steps, which the pass's mask tells.
  public var isMasked: Bool

  /// An input of the given properties.
  public init(
    shape: Shape, layout: MemoryDescriptor, wantsGradient: Bool, isMasked: Bool = false
  ) {
    self.shape = shape
    self.layout = layout
    self.wantsGradient = wantsGradient
    self.isMasked = isMasked
  }
}

/// What a layer is given to compile itself.
public struct LayerSite {
  /// The processor.
  public var engine: Engine
  /// The queue in which primitives run.
  public var stream: Stream
  /// The number of samples.
  public var rows: Int
  /// Whether there will be a backward pass, and dropout drops.
  public var isTraining: Bool
  /// The inputs.
  public var inputs: [LayerInput]
  /// The layouts of the parameters in the arena, in the order of `Layer.parameters`; `any` layouts
  /// while the layer is asked which it prefers.
  public var parameterLayouts: [MemoryDescriptor]
  /// The offsets of the parameters in the arena.
  public var parameterOffsets: [Int]
  /// The offset, from ``PassContext/statistics``, of the moments that the layer leaves there as halves of
  /// `Double`; 0 where it leaves none.
  public var momentOffset = 0
  /// The arena of values.
  public var weights: UnsafeMutablePointer<Float>
  /// What changes from pass to pass.
  public var pass: PassContext
  /// The layer's place in the network; keys its random numbers.
  public var index: Int
  /// How operands of products are held.
  public var operands = OperandForm.float32
  /// The network's copies of parameters for products of reduced precision.
  public var rounded = RoundedParameters()

  /// A site of the given properties.
  public init(
    engine: Engine, stream: Stream, rows: Int, isTraining: Bool, inputs: [LayerInput],
    parameterLayouts: [MemoryDescriptor], parameterOffsets: [Int],
    momentOffset: Int = 0, weights: UnsafeMutablePointer<Float>, pass: PassContext, index: Int
  ) {
    self.engine = engine
    self.stream = stream
    self.rows = rows
    self.isTraining = isTraining
    self.inputs = inputs
    self.parameterLayouts = parameterLayouts
    self.parameterOffsets = parameterOffsets
    self.momentOffset = momentOffset
    self.weights = weights
    self.pass = pass
    self.index = index
  }
}

/// What changes from pass to pass: where gradients go, and what keys the random numbers.
public final class PassContext {
  /// The arena that the backward pass fills.
  public var gradients: UnsafeMutablePointer<Float>
  /// Where training forward passes leave the sums of what statistics measure, each at its parameter's
  /// offset; nil where nobody asks.
  public var statistics: UnsafeMutablePointer<Float>?
  /// The number of the step, for keys.
  public var step: UInt64 = 0
  /// The key of dropout masks.
  public var dropoutKey: RandomKey
  /// Which steps of each row's sequence are more than padding: 1 or 0, row after row, written by the
  /// forward pass of the layer that masks.
  public private(set) var mask = FloatStorage(count: 0)
  /// The place of the first row's sample in the global minibatch.
  private(set) var firstPlace = 0
  /// The index of each row's sample in its data set, for keys.
  private(set) var samples: UnsafeMutableBufferPointer<Int>

  /// A context whose gradients go to `gradients`.
  public init(gradients: UnsafeMutablePointer<Float>, dropoutKey: RandomKey) {
    self.gradients = gradients
    self.dropoutKey = dropoutKey
    samples = .allocate(capacity: 0)
  }

  deinit { samples.deallocate() }

  /// Makes room for the samples of plans with up to `rows` rows.
  public func reserve(rows: Int) {
    guard rows > samples.count else { return }
    samples.deallocate()
    samples = .allocate(capacity: rows)
    samples.initialize(repeating: 0)
  }

  /// Makes room for the mask of plans with up to `rows` rows of `steps` steps.
  public func reserveMask(rows: Int, steps: Int) {
    if rows * steps > mask.count { mask = FloatStorage(count: rows * steps) }
  }

  /// Says which samples the next rows are, the first of them at `place` of the global minibatch.
  ///
  /// - Precondition: room was reserved for as many.
  public func setSamples(_ indices: Span<Int>, from place: Int = 0) {
    precondition(indices.count <= samples.count)
    firstPlace = place
    for i in 0..<indices.count { samples[i] = indices[i] }
  }
}
