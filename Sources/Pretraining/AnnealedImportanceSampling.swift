import Layers
import OneDNN
import Tensors
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Estimates the partition function of a machine by annealed importance sampling.
///
/// Every chain walks from the base machine, which has visible biases a and no weights, to the machine
/// itself, over inverse temperatures 0 = β₀ < … < β_K = 1; its weight is
///
///     ln w = Σₖ ln p*ₖ(vₖ₋₁) − ln p*ₖ₋₁(vₖ₋₁)        ln p*ₖ: ``GibbsChains/logWeights(beta:base:into:)``
///     ln Z ≈ ln Z₀ + ln mean(w)
///     ln Z₀ = H ln 2 + Σᵢ ln(1 + e^aᵢ), for Gaussian units H ln 2 + ½ V ln 2π
///
/// Of the temperatures 1/29 lie below ½, 8/29 between ½ and 0.9, 20/29 above, as in Salakhutdinov and
/// Murray, "On the Quantitative Analysis of Deep Belief Networks", ICML 2008.
public struct AnnealedImportanceSampling {
  /// What came out.
  public struct Estimate: Hashable, Sendable {
    /// ln Z.
    public var logPartition: Double
    /// ln of the mean weight less three of its standard errors; −∞ where these are more than it.
    public var lower: Double
    /// ln of the mean weight plus three of its standard errors.
    public var upper: Double
  }

  /// The chains.
  public var chains: Int
  /// K.
  public var temperatures: Int
  /// The key of all draws.
  public var key: RandomKey

  /// The chains that are walked at once, whatever the ranks.
  private static let block = 20

  /// An estimate from so many chains over so many temperatures.
  public init(chains: Int, temperatures: Int, key: RandomKey) {
    precondition(chains > 1 && temperatures > 0, "\(chains) chains, \(temperatures) temperatures")
    self.chains = chains
    self.temperatures = temperatures
    self.key = key
  }

  /// The biases of the base machine that knows the mean of every unit: ln(m / (1 − m)) of Bernoulli
  /// units, held off 0 and 1, and m of Gaussian ones.
  public static func base(
    means: [Double], _ kind: RestrictedBoltzmann.Visible
  ) -> FloatStorage {
    FloatStorage(
      means.map { mean in
        guard kind == .bernoulli else { return Float(mean) }
        let held = (mean + 0.01) / 1.02
        return Float(log(held / (1 - held)))
      })
  }

  /// β of the step `index`.
  func beta(_ index: Int) -> Float {
    let share = 29 * Double(index) / Double(temperatures)
    if share <= 1 { return Float(share / 2) }
    return Float(share <= 9 ? 0.5 + 0.4 * (share - 1) / 8 : 0.9 + 0.1 * (share - 9) / 20)
  }

  /// The estimate, from chains over all ranks of `group`; its bits don't depend on their number.
  public func estimate(
    _ machine: GibbsChains.Parameters, base: FloatStorage, group: RankGroup, engine: Engine,
    stream: Stream
  ) throws -> Estimate {
    let blocks = (chains + AnnealedImportanceSampling.block - 1) / AnnealedImportanceSampling.block
    var mine: [Double] = []
    for block in blocks * group.rank / group.size..<blocks * (group.rank + 1) / group.size {
      let first = block * AnnealedImportanceSampling.block
      let own = first..<min(first + AnnealedImportanceSampling.block, chains)
      let walk = try GibbsChains(machine, chains: own, key: key, engine: engine, stream: stream)
      mine += logWeights(walk, base: base) { group.heartbeat.beat() }
    }
    let all = Array(try group.communicator.allGather(mine).joined())
    return AnnealedImportanceSampling.estimate(
      all, from: AnnealedImportanceSampling.logPartition(ofBase: base, machine))
  }

  /// ln Z₀.
  static func logPartition(
    ofBase base: FloatStorage, _ machine: GibbsChains.Parameters
  ) -> Double {
    let hidden = Double(machine.hiddenBias.count) * log(2)
    return switch machine.kind {
    case .bernoulli: hidden + base.array.reduce(0) { $0 + log1p(exp(Double($1))) }
    case .gaussian: hidden + Double(base.count) / 2 * log(2 * Double.pi)
    }
  }

  /// ln w of every chain of `walk`; `beat` is called at every temperature.
  func logWeights(_ walk: GibbsChains, base: FloatStorage, beat: () -> Void) -> [Double] {
    var totals = [Double](repeating: 0, count: walk.chains.count)
    var (before, after) = (totals, totals)
    walk.begin(base: base)
    for index in 1...temperatures {
      beat()
      walk.climb()
      walk.logWeights(beta: beta(index - 1), base: base, into: &before)
      walk.logWeights(beta: beta(index), base: base, into: &after)
      for chain in totals.indices { totals[chain] += after[chain] - before[chain] }
      guard index < temperatures else { break }
      walk.drawHidden(turn: index, beta: beta(index))
      walk.descend(turn: index, beta: beta(index), base: base)
    }
    return totals
  }

  /// The mean of weights given by their logarithms, and what is three standard errors off.
  static func estimate(_ logs: [Double], from first: Double) -> Estimate {
    let largest = logs.max() ?? 0
    let weights = logs.map { exp($0 - largest) }
    let count = Double(weights.count)
    let mean = weights.reduce(0, +) / count
    let variance = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let error = 3 * (variance / count).squareRoot()
    return Estimate(
      logPartition: first + largest + log(mean),
      lower: mean > error ? first + largest + log(mean - error) : -.infinity,
      upper: first + largest + log(mean + error))
  }
}
