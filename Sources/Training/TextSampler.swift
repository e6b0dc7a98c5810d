import Datasets
import Layers
import Models
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Goes on with a text, character by character, by a network that tells the next one.
///
///     P(c) = p_c^(1/T) / Σⱼ pⱼ^(1/T)
///
/// p are the probabilities behind the last `length` characters so far, T the temperature: below 1 likely
/// characters become likelier, at 0 the likeliest is taken, above 1 all come closer to one another.
/// Character i is drawn by the i-th number of the key's stream.
public struct TextSampler {
  private let model: TrainedModel
  private let vocabulary: TextVocabulary
  private let temperature: Double
  private let key: RandomKey

  /// A sampler of `model`, which answers at each step of windows of `vocabulary`'s characters.
  ///
  /// - Throws: ``TrainingError`` where the network does not tell the next character by those before
  ///   it alone, or `NetworkError`.
  public init(
    _ model: TrainedModel, vocabulary: TextVocabulary, temperature: Double, seed: UInt64
  ) throws {
    let graph = model.plan.graph
    func unfit(_ reason: String) -> TrainingError {
      TrainingError(
        code: ExitCode.badConfiguration, "the model can't go on with a text: \(reason)")
    }
    guard model.plan.positions == graph.inputShape.count,
      model.plan.outputs == vocabulary.characters.count
    else { throw unfit("it does not tell the next character at each step") }
    guard graph.mask == nil else { throw unfit("it takes a character for padding") }
    if let node = graph.nodes.first(where: { !TextSampler.looksBack($0.layer) }) {
      throw unfit(
        "layer \(node.name) (\(node.layer.kind)) may read characters that are still to come; use"
          + " recurrent layers of one direction")
    }
    self.model = model
    self.vocabulary = vocabulary
    self.temperature = temperature
    key = RandomKey(seed: seed, purpose: .sampling)
    try model.network.compile(training: [], inference: [1])
  }

  /// Whether a layer's output at a step depends on that step and those before it alone.
  private static func looksBack(_ layer: any Layer) -> Bool {
    switch layer {
    case is Embedding, is any RecurrentLayer, is Dense, is ActivationLayer, is Dropout, is Flatten,
      is GaussianNoise, is GaussianDropout, is Merge:
      true
    default: false
    }
  }

  /// Draws `count` characters behind `context`, the numbers of at least one; `use` gets one by one.
  public func sample(
    _ count: Int, behind context: [Int32], _ use: (String) throws -> Void
  ) rethrows {
    precondition(!context.isEmpty, "there is nothing to go on with")
    let plan = model.plan
    let (length, width) = (plan.positions, plan.outputs)
    let compiled = model.network.plan(rows: 1, isTraining: false)
    let inputs = FloatStorage(count: length)
    let draw = FloatStorage(count: 1)
    var text = context
    model.network.rounded.areFixed = true
    defer { model.network.rounded.areFixed = false }
    for index in 0..<count {
      let window = text.suffix(length)
      var ids = inputs.mutableSpan
      // What stands behind the last character has no effect on the answer to it.
      for i in 0..<length { ids[i] = 0 }
      for (i, id) in window.enumerated() { ids[i] = Float(id) }
      compiled.moveInput(to: inputs, at: 0)
      compiled.forward()
      compiled.applyOutputActivation()
      var number = draw.mutableSpan
      fillUniform(&number, low: 0, high: 1, key: key, startingAt: index)
      let start = (window.count - 1) * width
      let next = choose(
        compiled.output.extracting(start..<start + width), Double(draw.span[0]))
      text.append(Int32(next))
      if text.count > 2 * length { text.removeFirst(text.count - length) }
      try use(vocabulary.characters[next])
    }
  }

  /// The class whose part of the unit interval, cut by the tempered `probabilities`, holds `u`.
  func choose(_ probabilities: Span<Float>, _ u: Double) -> Int {
    let best = argMax(probabilities)
    guard temperature > 0 else { return best }
    // Shares of the largest: nothing overflows, and the largest never vanishes.
    let most = Double(probabilities[best])
    func share(_ j: Int) -> Double { pow(Double(probabilities[j]) / most, 1 / temperature) }
    var total = 0.0
    for j in 0..<probabilities.count { total += share(j) }
    var sum = 0.0
    for j in 0..<probabilities.count {
      sum += share(j)
      if u * total < sum { return j }
    }
    return best
  }
}
