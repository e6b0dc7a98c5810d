import Foundation
import Layers
import Tensors

/// A machine so small that every state can be visited; all in double precision.
struct Enumeration {
  let kind: RestrictedBoltzmann.Visible
  var weights: [[Double]]
  var hiddenBias: [Double]
  var visibleBias: [Double]

  init(_ machine: GibbsChains.Parameters) {
    kind = machine.kind
    let width = machine.visibleBias.count
    let flat = machine.weights.array.map(Double.init)
    weights = machine.hiddenBias.array.indices.map { Array(flat[$0 * width..<($0 + 1) * width]) }
    hiddenBias = machine.hiddenBias.array.map(Double.init)
    visibleBias = machine.visibleBias.array.map(Double.init)
  }

  static func states(_ count: Int) -> [[Double]] {
    (0..<1 << count).map { number in (0..<count).map { Double(number >> $0 & 1) } }
  }

  /// −E(v, h) of Bernoulli units.
  func logWeight(_ v: [Double], _ h: [Double]) -> Double {
    var total = zip(v, visibleBias).reduce(0) { $0 + $1.0 * $1.1 }
    for (j, row) in weights.enumerated() where h[j] > 0 {
      total += hiddenBias[j] + zip(row, v).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return total
  }

  /// −ln Σ_h e^(−E(v, h)).
  func freeEnergy(_ v: [Double]) -> Double {
    -log(Enumeration.states(hiddenBias.count).reduce(0) { $0 + exp(logWeight(v, $1)) })
  }

  /// ln Z; for Gaussian units by their integral, Σ_h e^(cᵀh + bᵀWᵀh + ½‖Wᵀh‖²) (2π)^(V/2).
  var logPartition: Double {
    let all = Enumeration.states(hiddenBias.count)
    if kind == .bernoulli {
      return log(
        Enumeration.states(visibleBias.count).reduce(0) { total, v in
          total + all.reduce(0) { $0 + exp(logWeight(v, $1)) }
        })
    }
    let sum = all.reduce(0.0) { total, h in
      let z = visibleBias.indices.map { i in
        zip(weights, h).reduce(0) { $0 + $1.0[i] * $1.1 }
      }
      let bias = zip(hiddenBias, h).reduce(0) { $0 + $1.0 * $1.1 }
      return total
        + exp(bias + zip(z, visibleBias).reduce(0) { $0 + $1.0 * $1.1 + $1.0 * $1.0 / 2 })
    }
    return log(sum) + Double(visibleBias.count) / 2 * log(2 * Double.pi)
  }

  /// p(hⱼ = 1 | v), from the joint weights.
  func hiddenProbabilities(_ v: [Double]) -> [Double] {
    let all = Enumeration.states(hiddenBias.count)
    let weights = all.map { exp(logWeight(v, $0)) }
    let sum = weights.reduce(0, +)
    return hiddenBias.indices.map { j in
      zip(all, weights).reduce(0) { $0 + $1.0[j] * $1.1 } / sum
    }
  }

  /// p(vᵢ = 1 | h), from the joint weights.
  func visibleProbabilities(_ h: [Double]) -> [Double] {
    let all = Enumeration.states(visibleBias.count)
    let weights = all.map { exp(logWeight($0, h)) }
    let sum = weights.reduce(0, +)
    return visibleBias.indices.map { i in
      zip(all, weights).reduce(0) { $0 + $1.0[i] * $1.1 } / sum
    }
  }

  /// E over the model of v, h and hvᵀ: W row after row, then h, then v.
  var expectations: [Double] {
    var sums = [Double](repeating: 0, count: gradientCount)
    var total = 0.0
    for v in Enumeration.states(visibleBias.count) {
      let weight = exp(-freeEnergy(v))
      total += weight
      add(v, hiddenProbabilities(v), weight, to: &sums)
    }
    return sums.map { $0 / total }
  }

  var gradientCount: Int {
    visibleBias.count * hiddenBias.count + hiddenBias.count + visibleBias.count
  }

  /// Adds `weight` times hvᵀ, h and v to sums in the order of ``expectations``.
  func add(_ v: [Double], _ h: [Double], _ weight: Double, to sums: inout [Double]) {
    let (n, m) = (v.count, h.count)
    for j in 0..<m {
      for i in 0..<n { sums[j * n + i] += weight * h[j] * v[i] }
      sums[n * m + j] += weight * h[j]
    }
    for i in 0..<n { sums[n * m + m + i] += weight * v[i] }
  }

  /// The gradient of −Σ ln p(v) over `data`.
  func gradient(_ data: [[Double]]) -> [Double] {
    var sums = expectations.map { -$0 * Double(data.count) }
    for v in data { add(v, hiddenProbabilities(v), 1, to: &sums) }
    return sums.map { -$0 }
  }

  /// Σ ln p(v) over `data`.
  func logLikelihood(_ data: [[Double]]) -> Double {
    let partition = logPartition
    return data.reduce(0) { $0 - freeEnergy($1) - partition }
  }
}
