import Tensors

/// The gates and states of an LSTM; formulas at ``LSTM``.
///
/// Short loops over one row, which stays in the cache: each touches so few places, and reads all before it
/// writes any, that the compiler can make sure that they do not overlap, and vectorizes it.
struct LSTMKernel: CellKernel {
  let keepsProducts = false
  let carriesState = false
  let hasCellState = true

  func forward(_ step: CellStep) {
    let h = step.units
    for row in 0..<step.rows {
      let z = step.gates + row * step.gateStride
      let r = UnsafePointer(step.products + row * step.productStride)
      for j in 0..<2 * h { z[j] = logistic(z[j] + r[j]) }
      for j in 2 * h..<3 * h { z[j] = hyperbolicTangent(z[j] + r[j]) }
      for j in 3 * h..<4 * h { z[j] = logistic(z[j] + r[j]) }
      let (before, c) = (step.cellBefore + row * h, step.cell + row * h)
      let (i, f, g, o) = (z, z + h, z + 2 * h, z + 3 * h)
      for j in 0..<h { c[j] = f[j] * before[j] + i[j] * g[j] }
      let y = step.state + row * step.stateStride
      for j in 0..<h { y[j] = o[j] * hyperbolicTangent(c[j]) }
    }
  }

  func backward(_ step: CellStep) {
    let h = step.units
    for row in 0..<step.rows {
      let z = step.gates + row * step.gateStride
      let (i, f, g, o) = (z, z + h, z + 2 * h, z + 3 * h)
      let (before, c) = (step.cellBefore + row * h, UnsafePointer(step.cell + row * h))
      let (dh, dc) = (UnsafePointer(step.gradient + row * h), step.cellGradient + row * h)
      for j in 0..<h {
        let (d, show, t) = (dh[j], o[j], hyperbolicTangent(c[j]))
        dc[j] += d * show * (1 - t * t)
        o[j] = d * t * show * (1 - show)
      }
      for j in 0..<h {
        let (d, write, value) = (dc[j], i[j], g[j])
        i[j] = d * value * write * (1 - write)
        g[j] = d * write * (1 - value * value)
      }
      for j in 0..<h {
        let (d, keep) = (dc[j], f[j])
        f[j] = d * before[j] * keep * (1 - keep)
        dc[j] = d * keep
      }
    }
  }
}
