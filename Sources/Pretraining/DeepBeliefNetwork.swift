import Layers
import OneDNN
import Tensors

/// Machines on top of one another: the top one is a machine, those below are directed downwards.
///
/// A sample is drawn by Gibbs sampling in the top machine, and then once down through the others:
/// p(v) = Σ p(v | h₁) p(h₁ | h₂) … p(hₙ₋₁, hₙ). One machine alone is the simplest such network.
///
/// Hinton, Osindero and Teh, "A Fast Learning Algorithm for Deep Belief Nets", Neural Computation 2006.
public struct DeepBeliefNetwork {
  /// The machines from the data upwards.
  public let machines: [GibbsChains.Parameters]
  /// What recognizes data, level by level: the machines, unless they were trained further as a whole.
  let recognition: [GibbsChains.Parameters]

  /// A network of at least one machine.
  ///
  /// - Throws: ``PretrainingError`` where the hidden units of one are not the visible ones of the next.
  public init(
    _ machines: [GibbsChains.Parameters], recognition: [GibbsChains.Parameters]? = nil
  ) throws(PretrainingError) {
    precondition(!machines.isEmpty, "a network without a machine")
    for (index, pair) in zip(machines, machines.dropFirst()).enumerated()
    where pair.0.hiddenBias.count != pair.1.visibleBias.count {
      throw PretrainingError(
        "machine \(index + 1) has \(pair.0.hiddenBias.count) hidden units, but machine \(index + 2)"
          + " has \(pair.1.visibleBias.count) visible ones; they do not chain")
    }
    self.machines = machines
    self.recognition = recognition ?? machines
  }

  /// The numbers of a sample.
  public var width: Int { machines[0].visibleBias.count }

  /// The hidden units of the top machine.
  public var topWidth: Int { machines[machines.count - 1].hiddenBias.count }

  /// Draws `count` samples, each from a chain of its own after `steps` turns; the last step down
  /// leaves means, which are told from one another more easily than draws.
  ///
  /// - Parameters:
  ///   - start: hidden states of the top machine to begin with, row after row, taken by turns; nil
  ///     where visible units begin as their biases alone would have them.
  ///   - use: gets some samples, row after row.
  public func samples(
    count: Int, steps: Int, start: FloatStorage?, key: RandomKey, engine: Engine, stream: Stream,
    _ use: (Span<Float>) throws -> Void
  ) throws {
    let block = 100
    for first in stride(from: 0, to: count, by: block) {
      let chains = first..<min(first + block, count)
      let levels = try machines.enumerated().map { level, machine in
        try GibbsChains(
          machine, chains: chains, key: key.derive(UInt64(level)), engine: engine, stream: stream)
      }
      walk(levels[levels.count - 1], steps: steps, start: start)
      for level in (0..<levels.count - 1).reversed() {
        let (upper, lower) = (levels[level + 1], levels[level])
        upper.descend(turn: steps + 1)
        copy(upper.visible, 0, to: lower.hidden, 0, count: lower.hidden.count)
      }
      levels[0].reconstruct()
      let drawn = levels[0].visible
      try use(drawn.span)
    }
  }

  /// Walks the chains of the top machine, and leaves hidden states.
  private func walk(_ top: GibbsChains, steps: Int, start: FloatStorage?) {
    var begun = false
    if let start {
      let width = topWidth
      let rows = start.count / width
      for chain in top.chains {
        let (from, to) = (chain % rows * width, (chain - top.chains.lowerBound) * width)
        let row = start.span(from..<from + width)
        let hidden = top.hidden
        var place = hidden.mutableSpan(to..<to + width)
        for i in 0..<width { place[i] = row[i] }
      }
      begun = true
    } else {
      top.begin(base: machines[machines.count - 1].visibleBias)
    }
    for turn in 1...max(1, steps) {
      if begun { top.descend(turn: turn) }
      begun = true
      top.climb()
      top.drawHidden(turn: turn)
    }
  }

  /// Draws the hidden states of every machine to each row of `data` in turn, from the data upwards; those of
  /// the top machine are what ``samples(count:steps:start:key:engine:stream:_:)`` can start with.
  public func states(
    of data: FloatStorage, key: RandomKey, engine: Engine, stream: Stream
  ) throws(OneDNNError) -> FloatStorage {
    let (rows, block) = (data.count / width, 100)
    let top = topWidth
    let states = FloatStorage(count: rows * top)
    for first in stride(from: 0, to: rows, by: block) {
      let chains = first..<min(first + block, rows)
      var below: GibbsChains?
      for (level, machine) in recognition.enumerated() {
        let walk = try GibbsChains(
          machine, chains: chains, key: key.derive(UInt64(level)), engine: engine, stream: stream)
        if let below {
          copy(below.hidden, 0, to: walk.visible, 0, count: walk.visible.count)
        } else {
          copy(data, first * width, to: walk.visible, 0, count: walk.visible.count)
        }
        walk.climb()
        // A turn that no sample takes.
        walk.drawHidden(turn: 0)
        below = walk
      }
      guard let below else { continue }
      copy(below.hidden, 0, to: states, first * top, count: below.hidden.count)
    }
    return states
  }

  private func copy(
    _ source: FloatStorage, _ from: Int, to target: FloatStorage, _ to: Int, count: Int
  ) {
    let values = source.span(from..<from + count)
    var place = target.mutableSpan(to..<to + count)
    for i in 0..<count { place[i] = values[i] }
  }
}

/// Why parts of a pretrained network don't go together.
public struct PretrainingError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public var description: String

  init(_ description: String) { self.description = description }
}
