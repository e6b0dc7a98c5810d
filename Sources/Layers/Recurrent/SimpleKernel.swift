import Tensors

/// The function of a simple recurrent layer; formulas at ``SimpleRNN``.
struct SimpleKernel: CellKernel {
  let keepsProducts = false
  let carriesState = false
  let hasCellState = false
  let function: SimpleRNN.Function

  func forward(_ step: CellStep) {
    let h = step.units
    for row in 0..<step.rows {
      let z = step.gates + row * step.gateStride
      let r = UnsafePointer(step.products + row * step.productStride)
      let y = step.state + row * step.stateStride
      switch function {
      case .tanh: for j in 0..<h { z[j] = hyperbolicTangent(z[j] + r[j]) }
      case .relu: for j in 0..<h { z[j] = max(z[j] + r[j], 0) }
      }
      y.update(from: z, count: h)
    }
  }

  func backward(_ step: CellStep) {
    let h = step.units
    for row in 0..<step.rows {
      let z = step.gates + row * step.gateStride
      let dh = UnsafePointer(step.gradient + row * h)
      switch function {
      case .tanh: for j in 0..<h { z[j] = dh[j] * (1 - z[j] * z[j]) }
      case .relu: for j in 0..<h { z[j] = z[j] > 0 ? dh[j] : 0 }
      }
    }
  }
}
