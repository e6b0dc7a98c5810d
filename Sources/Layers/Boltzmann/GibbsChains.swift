import OneDNN
import Tensors

/// Chains that walk by turns through the hidden and the visible units of one machine, on their own or
/// towards it from a machine without weights.
///
/// A draw is a function of (key, chain, turn), so chains may be walked in any parts, on any ranks.
/// At inverse temperature β, with the base machine's visible biases a,
///
///     p(hⱼ = 1 | v) = σ(β (cⱼ + (Wv)ⱼ))
///     p(vᵢ = 1 | h) = σ((1 − β) aᵢ + β (bᵢ + (Wᵀh)ᵢ)), or v | h ~ N(that, 1)
///
/// β = 1 is the machine itself.
public final class GibbsChains {
  /// The parameters of a machine, W as [hidden, visible].
  public struct Parameters {
    /// What the visible units are.
    public var kind: RestrictedBoltzmann.Visible
    /// W.
    public var weights: FloatStorage
    /// c.
    public var hiddenBias: FloatStorage
    /// b.
    public var visibleBias: FloatStorage

    /// Parameters that fit one another.
    public init(
      _ kind: RestrictedBoltzmann.Visible, weights: FloatStorage, hiddenBias: FloatStorage,
      visibleBias: FloatStorage
    ) {
      precondition(
        weights.count == hiddenBias.count * visibleBias.count,
        "\(weights.count) weights of \(visibleBias.count) × \(hiddenBias.count) units")
      self.kind = kind
      self.weights = weights
      self.hiddenBias = hiddenBias
      self.visibleBias = visibleBias
    }
  }

  /// The visible units, a row for each chain.
  public let visible: FloatStorage
  /// The hidden units, a row for each chain.
  public let hidden: FloatStorage
  /// c + Wv, a row for each chain, as ``climb()`` has left it.
  public let hiddenInputs: FloatStorage
  /// The numbers of these chains.
  public let chains: Range<Int>

  private let parameters: Parameters
  private let products: BoltzmannProducts
  private let key: RandomKey
  private let scratch: FloatStorage
  private let draws: FloatStorage
  private let widths: (visible: Int, hidden: Int)
  /// The transpose of W.
  private let turned: FloatStorage

  /// The given chains of a machine, all units 0.
  public init(
    _ parameters: Parameters, chains: Range<Int>, key: RandomKey, engine: Engine, stream: Stream
  ) throws(OneDNNError) {
    self.parameters = parameters
    self.chains = chains
    self.key = key
    let (v, h) = (parameters.visibleBias.count, parameters.hiddenBias.count)
    widths = (v, h)
    visible = FloatStorage(count: chains.count * v)
    hidden = FloatStorage(count: chains.count * h)
    hiddenInputs = FloatStorage(count: chains.count * h)
    turned = FloatStorage(count: v * h)
    EightByEight.turn(parameters.weights.base, v, rows: h, columns: v, into: turned.base, h)
    products = try BoltzmannProducts(
      rows: chains.count, visible: v, hidden: h,
      parameters: .init(
        weights: turned.base, hiddenBias: parameters.hiddenBias.base,
        visibleBias: parameters.visibleBias.base), isTraining: false, engine: engine, stream: stream
    )
    scratch = FloatStorage(count: products.scratch + products.saved)
    draws = FloatStorage(count: max(v, h))
    products.bind(scratch: scratch.base, saved: scratch.base + products.scratch)
  }

  /// Draws the visible units where the base machine alone rules, before the first turn.
  public func begin(base: FloatStorage) {
    for chain in 0..<chains.count {
      (visible.base + chain * widths.visible).update(from: base.base, count: widths.visible)
    }
    drawVisible(turn: 0)
  }

  /// Computes ``hiddenInputs`` from ``visible``.
  public func climb() { products.up(from: visible.base, to: hiddenInputs.base) }

  /// Draws ``hidden`` from ``hiddenInputs``.
  public func drawHidden(turn: Int, beta: Float = 1) {
    let (x, states, h) = (hiddenInputs.base, hidden.base, widths.hidden)
    let draws = draws
    for i in 0..<chains.count * h { states[i] = logistic(beta * x[i]) }
    for chain in 0..<chains.count {
      var room = draws.mutableSpan(0..<h)
      fillUniform(&room, low: 0, high: 1, key: drawKey(chain, turn, part: 1))
      toss(states + chain * h, draws.base, h)
    }
  }

  /// Draws ``visible`` from ``hidden``; with `base` at the inverse temperature `beta`.
  public func descend(turn: Int, beta: Float = 1, base: FloatStorage? = nil) {
    products.down(from: hidden.base, to: visible.base)
    if let base {
      for chain in 0..<chains.count {
        let (z, a) = (visible.base + chain * widths.visible, base.base)
        for i in 0..<widths.visible { z[i] = (1 - beta) * a[i] + beta * z[i] }
      }
    }
    drawVisible(turn: turn)
  }

  /// Sets ``visible`` to E[v | h].
  public func reconstruct() {
    products.down(from: hidden.base, to: visible.base)
    guard parameters.kind == .bernoulli else { return }
    activate(visible.base, visible.count)
  }

  /// Turns what enters the visible units into states of these.
  private func drawVisible(turn: Int) {
    let (v, draws) = (widths.visible, draws)
    if parameters.kind == .bernoulli { activate(visible.base, visible.count) }
    for chain in 0..<chains.count {
      let own = visible.base + chain * v
      var room = draws.mutableSpan(0..<v)
      let key = drawKey(chain, turn, part: 0)
      if parameters.kind == .bernoulli {
        fillUniform(&room, low: 0, high: 1, key: key)
        toss(own, draws.base, v)
      } else {
        fillNormal(&room, mean: 0, standardDeviation: 1, key: key)
        for i in 0..<v { own[i] += draws.base[i] }
      }
    }
  }

  private func drawKey(_ chain: Int, _ turn: Int, part: UInt64) -> RandomKey {
    key.derive(UInt64(chains.lowerBound + chain)).derive(UInt64(turn)).derive(part)
  }

  /// ln p*(v) of every chain at inverse temperature `beta`, up to a constant of the base machine:
  /// (1 − β) aᵀv + β bᵀv + Σⱼ ln(1 + e^(β xⱼ)); for Gaussian units −½‖v − a‖² and −½‖v − b‖² stand for
  /// the first two products.
  ///
  /// - Precondition: ``climb()`` was called for these visible units.
  public func logWeights(beta: Float, base: FloatStorage, into weights: inout [Double]) {
    let (v, h) = (widths.visible, widths.hidden)
    let (visible, hidden, bias) = (visible, hidden, parameters.visibleBias)
    for chain in 0..<chains.count {
      let units = visible.span(chain * v..<(chain + 1) * v)
      let (a, b): (Double, Double) =
        switch parameters.kind {
        case .bernoulli: (dot(units, base.span), dot(units, bias.span))
        case .gaussian:
          (-squaredDistance(units, base.span) / 2, -squaredDistance(units, bias.span) / 2)
        }
      let x = hiddenInputs.base + chain * h
      // The states are drawn anew after this.
      let room = hidden.base + chain * h
      for j in 0..<h { room[j] = softplus(beta * x[j]) }
      let features = sum(hidden.span(chain * h..<(chain + 1) * h))
      weights[chain] = Double(1 - beta) * a + Double(beta) * b + features
    }
  }
}
