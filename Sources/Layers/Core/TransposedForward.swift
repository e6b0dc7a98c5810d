import OneDNN
import Tensors

/// z = x Wᵀ + b by way of zᵀ = W xᵀ: only the two small matrices are transposed.
///
/// oneDNN's product of single precision is fastest where no factor has to be transposed as it is
/// packed. The weights are the large factor, read once and in order here; with AVX-512 the product of
/// 4096 × 4096 weights and 256 samples takes 79.6 ms where x Wᵀ takes 90.5, the transposes 2.6.
final class TransposedForward {
  /// The fewest rows that fill the kernel's registers.
  private static let leastRows = 32
  /// Rows come in as many as a register holds.
  private static let rowsOfRegister = 16
  /// The floats between the end of a row and the next one: rows of a power of two evict one another.
  private static let gap = 16

  /// Whether a product of so many rows gains.
  static func suits(rows: Int) -> Bool { rows >= leastRows && rows % rowsOfRegister == 0 }

  /// The floats of scratch that one call takes.
  let scratch: Int
  private let rows: Int
  private let inputs: Int
  private let outputs: Int
  private let stride: Int
  private let bias: UnsafePointer<Float>?
  private let product: Execution
  private let pad: Memory?
  private let transposedInput: Memory
  private let transposedOutput: Memory
  private let stream: Stream
  private var place: UnsafeMutablePointer<Float>?

  /// Compiles the product with the weights [out, in] at `weights`, in the order `layout`.
  init(
    rows: Int, weights: UnsafeMutablePointer<Float>, layout: MemoryDescriptor,
    bias: UnsafePointer<Float>?, engine: Engine, stream: Stream
  ) throws(OneDNNError) {
    (self.rows, self.bias, self.stream) = (rows, bias, stream)
    outputs = layout.dimensions[0]
    inputs = layout.dimensions[1]
    stride = rows + TransposedForward.gap
    let right = try MemoryDescriptor(matrix: [inputs, rows], strides: [stride, 1])
    let result = try MemoryDescriptor(matrix: [outputs, rows], strides: [stride, 1])
    let pass = try MatrixProduct.descriptor(
      left: layout, right: right, result: result, engine: engine)
    transposedInput = try Memory(right, engine: engine)
    transposedOutput = try Memory(result, engine: engine)
    var arguments: [(Argument, Memory)] = [
      (.source, try Memory(layout, engine: engine, at: weights)), (.weights, transposedInput),
      (.destination, transposedOutput),
    ]
    pad = try pass.layout(.scratchpad).map { layout throws(OneDNNError) in
      try Memory(layout, engine: engine)
    }
    if let pad { arguments.append((.scratchpad, pad)) }
    product = try Execution(pass, arguments)
    scratch = (inputs + outputs) * stride + (pad?.descriptor.storedCount ?? 0)
  }

  /// Takes the place of its scratch.
  func bind(_ scratch: UnsafeMutablePointer<Float>) {
    place = scratch
    transposedInput.move(to: scratch)
    transposedOutput.move(to: scratch + inputs * stride)
    pad?.move(to: scratch + (inputs + outputs) * stride)
  }

  /// z [rows, out] of x [rows, in].
  func run(_ x: UnsafePointer<Float>, into z: UnsafeMutablePointer<Float>) {
    guard let place else { return }
    let result = place + inputs * stride
    PanelTranspose.run(x, stride: inputs, rows: rows, columns: inputs, to: place, stride: stride)
    product.run(stream)
    if let bias {
      PanelTranspose.run(
        result, stride: stride, rows: outputs, columns: rows, to: z, stride: outputs, adding: bias)
    } else {
      PanelTranspose.run(
        result, stride: stride, rows: outputs, columns: rows, to: z, stride: outputs)
    }
  }
}
