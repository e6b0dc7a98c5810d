import Tensors

/// The gates and the state of a GRU; formulas at ``GRU``. Its products are kept, since the reset gate
/// stands between the last of them and the sum.
struct GRUKernel: CellKernel {
  let keepsProducts = true
  let carriesState = true
  let hasCellState = false

  func forward(_ step: CellStep) {
    let h = step.units
    for row in 0..<step.rows {
      let z = step.gates + row * step.gateStride
      let product = step.products + row * step.productStride
      for j in 0..<2 * h { z[j] = logistic(z[j] + product[j]) }
      let (r, u, n, q) = (UnsafePointer(z), UnsafePointer(z + h), z + 2 * h, product + 2 * h)
      let bias = step.productBias
      for j in 0..<h { q[j] += bias[j] }
      for j in 0..<h { n[j] = hyperbolicTangent(n[j] + r[j] * q[j]) }
      let (before, y) = (step.before + row * step.stateStride, step.state + row * step.stateStride)
      for j in 0..<h { y[j] = n[j] + u[j] * (before[j] - n[j]) }
    }
  }

  func backward(_ step: CellStep) {
    let h = step.units
    for row in 0..<step.rows {
      let z = step.gates + row * step.gateStride
      let product = step.products + row * step.productStride
      let (r, u, n, q) = (z, z + h, z + 2 * h, product + 2 * h)
      let (before, dh) = (step.before + row * step.stateStride, step.gradient + row * h)
      for j in 0..<h {
        let (keep, value, d) = (u[j], n[j], dh[j])
        u[j] = d * (before[j] - value) * keep * (1 - keep)
        n[j] = d * (1 - keep) * (1 - value * value)
        dh[j] = d * keep
      }
      for j in 0..<h {
        let (reset, d, product) = (r[j], n[j], q[j])
        r[j] = d * product * reset * (1 - reset)
        q[j] = d * reset
      }
      for j in 0..<2 * h { product[j] = z[j] }
    }
  }
}
