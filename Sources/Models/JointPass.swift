import Layers
import Tensors

/// Sums over the shards of a minibatch, wherever they are computed: each local shard's are written in
/// turn, then the sums over all are there.
public protocol ShardSums: AnyObject {
  /// Where the `count` numbers of the next local shard are to be written.
  func place(_ count: Int) -> (storage: FloatStorage, offset: Int)

  /// They have been written.
  func ready(_ count: Int)

  /// The sums over all shards, once all local ones are written.
  func total(_ count: Int) throws -> FloatStorage
}

/// Computes the pieces of a minibatch side by side, layer by layer: where a layer wants sums over the
/// global minibatch, all pieces come as far before one goes on.
///
/// So the activations of all pieces are held at once. Every rank asks for the same sums in the same order,
/// whatever its pieces are; a rank that has failed takes part with nothing.
public final class JointPass {
  /// A piece of a local shard.
  private struct Piece {
    var shard: Int
    var slot: PassSlot
    var plan: Plan
  }

  /// Who looks at the outputs of a local shard; nil is nobody.
  public var observer: ((Int) -> (any LayerObserver)?)?
  /// Measures the passes of the step; nil measures nothing.
  public var times: LayerTimes?
  /// By local shard: the first exchange of the step to which it has brought a number that is not finite,
  /// counted from 0; Int.max where all were finite.
  public private(set) var flaws: [Int]
  /// The exchanges of the step so far.
  public private(set) var exchanges = 0

  private let graph: NetworkGraph
  private let nodes: [Int]
  private let sums: any ShardSums
  private var pieces: [Piece] = []

  /// Passes through `graph` for `shards` local shards.
  public init(_ graph: NetworkGraph, shards: Int, sums: any ShardSums) {
    self.graph = graph
    self.sums = sums
    nodes = graph.synchronizedNodes
    flaws = .init(repeating: .max, count: shards)
  }

  /// The numbers that the exchange of a node's sums takes, the rows included.
  public static func counts(_ graph: NetworkGraph) -> [Int] {
    graph.synchronizedNodes.map { graph.sumCount(of: $0) + 1 }
  }

  /// Begins a step without pieces.
  public func begin() {
    pieces.removeAll(keepingCapacity: true)
    for shard in flaws.indices { flaws[shard] = .max }
    exchanges = 0
  }

  /// Adds a piece, whose input the plan of `slot` for `rows` rows has; pieces come in the order of local
  /// shards.
  public func add(_ slot: PassSlot, rows: Int, shard: Int) {
    pieces.append(Piece(shard: shard, slot: slot, plan: slot.plan(rows: rows)))
  }

  /// The pieces' outputs from their inputs.
  public func forward() throws {
    var next = 0
    for node in nodes {
      run { $0.forward(next..<node) }
      try exchange(node, .mean)
      try exchange(node, .variance)
      next = node
    }
    run { $0.forward(next..<graph.nodes.count) }
  }

  /// The pieces' gradients, in their slots, from the derivatives by their outputs.
  public func backward() throws {
    var end = graph.nodes.count
    for node in nodes.reversed() {
      for piece in pieces { piece.plan.backward(node + 1..<end, into: piece.slot.sink) }
      try exchange(node, .slope)
      end = node + 1
    }
    for piece in pieces { piece.plan.backward(0..<end, into: piece.slot.sink) }
  }

  private func run(_ body: (Plan) -> Void) {
    for piece in pieces {
      piece.plan.times = times
      piece.plan.observer = observer?(piece.shard)
      body(piece.plan)
    }
  }

  /// Lets every piece take the sums over all.
  private func exchange(_ node: Int, _ stage: SumStage) throws {
    let count = graph.sumCount(of: node)
    var next = 0
    for shard in flaws.indices {
      let (storage, offset) = sums.place(count + 1)
      var place = storage.mutableSpan(offset..<offset + count + 1)
      for i in 0...count { place[i] = 0 }
      while next < pieces.count, pieces[next].shard == shard {
        layer(node, of: pieces[next]).addUp(stage, to: &place)
        place[count] += Float(pieces[next].plan.rows)
        next += 1
      }
      if flaws[shard] == .max, !allFinite(storage.span(offset..<offset + count)) {
        flaws[shard] = exchanges
      }
      sums.ready(count + 1)
    }
    exchanges += 1
    let total = try sums.total(count + 1)
    let rows = Double(total.span[count])
    for piece in pieces {
      layer(node, of: piece).take(stage, totals: total.span(0..<count), rows: rows)
    }
  }

  private func layer(_ node: Int, of piece: Piece) -> any SynchronizedLayer {
    guard let layer = piece.plan.layers[node] as? any SynchronizedLayer else {
      preconditionFailure("node \(node) is not synchronized")
    }
    return layer
  }
}
