import Tensors

/// The arithmetic of a cell between its products.
protocol CellKernel: Sendable {
  /// Whether recurrent products are kept for the backward pass and have gradients of their own.
  var keepsProducts: Bool { get }
  /// Whether h_{t−1} reaches h_t other than by the product.
  var carriesState: Bool { get }
  /// Whether there is a cell state beside h.
  var hasCellState: Bool { get }

  /// Leaves the gates in place of their sums, and writes the states.
  func forward(_ step: CellStep)

  /// Leaves the gradients by the sums in place of the gates, and those by kept products in place of
  /// these; where the state is carried its gradient becomes that part of the one before.
  func backward(_ step: CellStep)
}

/// One step of all rows: where a cell reads and writes.
struct CellStep {
  /// The number of samples.
  var rows: Int
  /// The number of units H.
  var units: Int
  /// W x_t, and U h_{t−1} and b where they are not apart, a row for each sample: G·H floats, `gateStride`
  /// apart.
  var gates: UnsafeMutablePointer<Float>
  /// U h_{t−1} where it is apart, laid out alike; else b, of which all rows are the same.
  var products: UnsafeMutablePointer<Float>
  /// The floats between rows of products: 0 where there is one for all.
  var productStride: Int
  /// The floats between rows of gates and of products.
  var gateStride: Int
  /// h_{t−1}, rows `stateStride` apart.
  var before: UnsafePointer<Float>
  /// h_t.
  var state: UnsafeMutablePointer<Float>
  /// The floats between rows of states.
  var stateStride: Int
  /// c_{t−1}, rows of H floats without gaps; as are all that follow.
  var cellBefore: UnsafePointer<Float>
  /// c_t.
  var cell: UnsafeMutablePointer<Float>
  /// ∂h_t.
  var gradient: UnsafeMutablePointer<Float>
  /// ∂c_t; becomes ∂c_{t−1}.
  var cellGradient: UnsafeMutablePointer<Float>
  /// The bias of the products that are kept: H floats.
  var productBias: UnsafePointer<Float>
}

extension RecurrentCell {
  /// The arithmetic.
  var kernel: any CellKernel {
    switch self {
    case .lstm: LSTMKernel()
    case .gru: GRUKernel()
    case .simple(let function): SimpleKernel(function: function)
    }
  }
}
