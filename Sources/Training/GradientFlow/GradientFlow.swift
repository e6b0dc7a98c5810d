import Collectives
import MPI
import Models
import Tensors

/// The microscope: how large activations, gradients and updates are, layer by layer, in some steps.
///
/// Of activations each shard makes sums, which are added in the fixed tree, and each rank counts sizes,
/// which add up exactly; gradient and update are the same on every rank. So a sample does not depend
/// on the number of ranks. All memory is taken here; where nothing is measured none of this exists.
///
/// LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998, for the ratio of update to weight; Glorot
/// and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks", AISTATS
/// 2010, for activations and gradients by layer.
final class GradientFlow {
  /// One layer that is looked at.
  private struct Site {
    var name: String
    /// The numbers that it puts out for one sample.
    var width: Int
    /// What it learns.
    var parameters: [ParameterStore.Entry]
    /// The number of values that it learns.
    var parameterCount: Int
  }

  /// The sums of one layer in one shard: how many numbers, Σx, Σx².
  private static let sumCount = 3

  /// What was measured in this epoch's steps.
  var samples: [GradientFlowSample] = []

  private let interval: GradientFlowInterval
  private let steps: Int
  private let store: ParameterStore
  private let sites: [Site]
  /// By node: its place among the sites.
  private let placeOfNode: [Int?]
  private let communicator: Communicator
  private let reduction: MetricReduction
  private let before: FloatStorage
  private var sums: [Double]
  private var bins: [Int]
  private var gradients: [GradientFlowSample.Distribution?] = []
  private var shard = 0
  private var isLooking = false

  /// A microscope over `network`, of whose minibatches this rank computes `localShards` shards; an
  /// epoch has `steps` steps.
  init(
    _ interval: GradientFlowInterval, network: Network, localShards: Int, steps: Int,
    communicator: Communicator
  ) throws(NetworkError) {
    self.interval = interval
    self.steps = steps
    self.communicator = communicator
    let store = network.parameters
    self.store = store
    var sites: [Site] = []
    let isView = try network.views()
    placeOfNode = network.graph.nodes.enumerated().map { index, node in
      // A view has nothing of its own to show.
      guard !isView[index] else { return nil }
      let parameters = node.parameters.filter { $0.role != .statistic }
        .compactMap { store.entry("\(node.name).\($0.name)") }
      sites.append(
        Site(
          name: node.name, width: node.shape.count, parameters: parameters,
          parameterCount: parameters.reduce(0) { $0 + $1.spec.shape.count }))
      return sites.count - 1
    }
    self.sites = sites
    let width = sites.count * GradientFlow.sumCount
    reduction = MetricReduction(communicator: communicator, width: width)
    sums = [Double](repeating: 0, count: localShards * width)
    bins = [Int](repeating: 0, count: sites.count * ValueHistogram.binCount)
    before = FloatStorage(count: store.trainableCount)
  }

  /// Looks at a step where it is its turn; the weights hold θ.
  func begin(step: Int, _ stepInEpoch: Int, epoch: Int) {
    isLooking = interval.isDue(step: step, epoch: epoch, isLast: stepInEpoch == steps - 1)
    guard isLooking else { return }
    for i in sums.indices { sums[i] = 0 }
    for i in bins.indices { bins[i] = 0 }
    let (before, weights) = (before, store.weights)
    var copy = before.mutableSpan
    let values = weights.span(0..<before.count)
    for i in 0..<values.count { copy[i] = values[i] }
  }

  /// Who looks at the passes of a local shard; nil where this step is not looked at.
  func observer(of local: Int) -> (any LayerObserver)? {
    guard isLooking else { return nil }
    shard = local
    return self
  }

  /// Measures the gradient of the objective, the sum divided by `normalizer`.
  func measure(gradient: FloatStorage, normalizer: Float) {
    guard isLooking else { return }
    gradients = []
    for site in sites {
      gradients.append(
        site.parameterCount > 0
          ? distribution(of: gradient, site, scale: 1 / Double(normalizer)) : nil)
    }
  }

  /// The distribution of what a layer learns by, times `scale`.
  private func distribution(
    of gradient: FloatStorage, _ site: Site, scale: Double
  ) -> GradientFlowSample.Distribution {
    var bins = [Int](repeating: 0, count: ValueHistogram.binCount)
    var counts = bins.mutableSpan
    var (sum, squares) = (0.0, 0.0)
    for entry in site.parameters {
      let part = ValueHistogram.count(gradient.span(entry.range), into: &counts)
      sum += part.sum
      squares += part.squares
      counts[0] -= entry.range.count - entry.spec.shape.count
    }
    var found = GradientFlowSample.Distribution(
      count: Double(site.parameterCount), sum: sum, squares: squares, bins: counts.span)
    found.scale(by: scale)
    return found
  }

  /// Ends the sample of `step`: the update is done.
  func finish(step: Int) throws(MPIError) {
    guard isLooking else { return }
    isLooking = false
    let totals = try reduction.total(sums)
    try addBins()
    var layers: [GradientFlowSample.Layer] = []
    for (place, site) in sites.enumerated() {
      let first = place * GradientFlow.sumCount
      let count = totals[first]
      let counts = Array(
        bins[place * ValueHistogram.binCount..<(place + 1) * ValueHistogram.binCount])
      let activation = GradientFlowSample.Distribution(
        count: count, sum: totals[first + 1], squares: totals[first + 2],
        divisor: count / Double(site.width), bins: counts.span)
      layers.append(
        GradientFlowSample.Layer(
          name: site.name, activation: activation, gradient: gradients[place],
          updateRatio: updateRatio(of: site)))
    }
    samples.append(GradientFlowSample(step: step, layers: layers))
  }

  /// Adds the ranks' counts.
  private func addBins() throws(MPIError) {
    var counts = bins
    var all = counts.mutableSpan
    try communicator.allReduce(&all, .sum)
    bins = counts
  }

  /// ‖Δw‖ / ‖w‖ over what a layer learns.
  private func updateRatio(of site: Site) -> Double? {
    let (weights, before) = (store.weights, before)
    var (change, size) = (0.0, 0.0)
    for entry in site.parameters {
      change += squaredDistance(weights.span(entry.range), before.span(entry.range))
      size += squaredNorm(before.span(entry.range))
    }
    let ratio = (change / size).squareRoot()
    return size > 0 && ratio.isFinite ? ratio : nil
  }
}

extension GradientFlow: LayerObserver {
  /// Adds what a layer puts out for some rows to the sums of their shard.
  func observe(_ index: Int, _ values: Span<Float>, count: Int) {
    guard let place = placeOfNode[index] else { return }
    var all = bins.mutableSpan
    let first = place * ValueHistogram.binCount
    var counts = all._mutatingExtracting(first..<first + ValueHistogram.binCount)
    let (sum, squares) = ValueHistogram.count(values, into: &counts)
    counts[0] -= values.count - count
    let sumPlace = (shard * sites.count + place) * GradientFlow.sumCount
    sums[sumPlace] += Double(count)
    sums[sumPlace + 1] += sum
    sums[sumPlace + 2] += squares
  }
}

extension GradientFlowSample.Distribution {
  /// The distribution of as many numbers, each multiplied by `factor`, which is positive.
  mutating func scale(by factor: Double) {
    mean = mean.map { $0 * factor }
    norm = norm.map { $0 * factor }
    low = low.map { $0 * factor }
    median = median.map { $0 * factor }
    high = high.map { $0 * factor }
  }
}
