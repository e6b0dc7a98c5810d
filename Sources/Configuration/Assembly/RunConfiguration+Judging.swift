import Datasets
import Layers
import Metrics
import Models
import Objectives
import Tensors
import Training

extension RunConfiguration {
  /// The samples of one chunk of evaluation.
  public var evaluationBatch: Int { evaluation.batch ?? min(64, training.microBatch) }

  /// The objective; reading logits, and `graph` without its last activation, where the two fit.
  public func fused(_ graph: inout NetworkGraph) -> any Objective {
    let fitting: FusedActivation? =
      switch graph.lastActivation {
      case .softmax: .softmax
      case .sigmoid: .sigmoid
      default: nil
      }
    guard let fitting, objective.fusableActivation == fitting else { return objective }
    graph.giveUpLastActivation()
    return objective.readingLogits()
  }

  /// The metrics for these targets and outputs; a single output is a yes or no.
  ///
  /// - Throws: ``ConfigurationError`` where a metric can't be told of such targets.
  public func metrics(
    _ targets: TargetDescription, graph: NetworkGraph
  ) throws(ConfigurationError) -> [any Metric] {
    let outputs = graph.outputShape.count / positions(targets, graph: graph)
    let answers = answers(to: targets, outputs: outputs)
    var judged: [any Metric] = []
    for metric in metrics {
      try check(metric, targets, graph)
      if metric is BitsPerCharacter {
        // The objective has taken the softmax over: what it reads is not clipped, nor is this.
        judged.append(BitsPerCharacter(readsLogits: graph.outputActivation == .softmax))
      } else {
        judged.append(metric.judging(answers, outputs: outputs))
      }
    }
    return judged
  }

  /// How outputs are read as answers to these targets.
  private func answers(to targets: TargetDescription, outputs: Int) -> Answers {
    switch objective.targetDomain {
    case .signs: outputs == 1 || targets.answerNames == nil ? .sign : .categorical
    case .unit: .binary
    case .any, .nonNegative, .distribution: outputs == 1 ? .binary : .categorical
    }
  }

  private func check(
    _ metric: any Metric, _ targets: TargetDescription, _ graph: NetworkGraph
  ) throws(ConfigurationError) {
    let outputs = graph.outputShape.count / positions(targets, graph: graph)
    func wrong(_ reason: String) -> ConfigurationError {
      ConfigurationError(at: nil, "metrics: \(metric.name) \(reason)")
    }
    if targets.answerNames == nil {
      let needsAnswers =
        metric is Accuracy || metric is TopKAccuracy || metric is ClassScore
        || metric is AreaUnderCurve || metric is BitsPerCharacter
      let needsClasses = metric is ConfusionMatrix && objective.targetDomain != .distribution
      if needsClasses || (needsAnswers && objective.isRegression) {
        throw wrong(
          "needs classes, but the data have target values; use mean_absolute_error or "
            + "root_mean_squared_error")
      }
    }
    if let top = metric as? TopKAccuracy, top.k > outputs {
      throw wrong("with k \(top.k) needs more than \(outputs) outputs")
    }
    if metric is BitsPerCharacter, graph.shownActivation != .softmax {
      throw wrong("needs probabilities that add up to 1; end the network with softmax")
    }
    if metric is AreaUnderCurve {
      switch graph.shownActivation {
      case .sigmoid, .softmax, .hardSigmoid: break
      default: throw wrong("needs outputs from 0 to 1; end the network with sigmoid or softmax")
      }
    }
  }

  /// The steps at each of which there is a target, where `graph` answers step by step; 1 otherwise.
  func positions(_ targets: TargetDescription, graph: NetworkGraph) -> Int {
    switch targets {
    case .classes: 1
    case .classSequences(_, let steps): graph.positions == steps ? steps : 1
    case .values(let width): width == graph.outputShape.count ? graph.positions : 1
    }
  }

  /// The form in which targets are handed to the objective.
  ///
  /// - Parameter leadingAbsent: how many of the first classes have no sample.
  /// - Throws: ``ConfigurationError`` where targets, outputs and objective don't go together.
  public func targetForm(
    _ targets: TargetDescription, graph: NetworkGraph, leadingAbsent: Int = 0
  ) throws(ConfigurationError) -> TargetForm {
    let outputs = graph.outputShape.count
    // Behind a sequence stands a layer that nobody wrote, which only lays it flat.
    let last = graph.nodes.isEmpty ? nil : graph.nodes[graph.lastWritten]
    func mismatch(_ reason: String) -> ConfigurationError {
      let place = last?.location.map { "\($0): " } ?? ""
      return ConfigurationError(
        at: nil, "\(place)layer \(last?.name ?? "model"): \(reason)")
    }
    switch (targets, objective.targetForm) {
    case (.classSequences(let names, let steps), let form):
      guard graph.positions == steps else {
        let shape = graph.nodes.isEmpty ? graph.inputShape : graph.nodes[graph.lastWritten].shape
        throw mismatch(
          "the data have a class for each of \(steps) steps, but the network gives \(shape); end it"
            + " with [\(steps), \(names.count)]: "
            + (shape.rank == 3 && shape.count / shape[0] == steps
              ? "`pixel_sequence` behind \(names.count) channels, then `softmax`"
              : "`return_sequences: true` in recurrent layers, then a dense layer of \(names.count) units")
        )
      }
      let each = outputs / steps
      let isBinary = names.count == 2 && each == 1 && (form == .values || form == .signs)
      guard isBinary || each == names.count else {
        throw mismatch(
          "the network has \(each) outputs at each step but the data have \(names.count) classes; give"
            + " the last layer \(names.count) units")
      }
      if form == .values { return isBinary ? .classIndex : .oneHot }
      return form
    case (.classes(let names), let form):
      let isBinary = names.count == 2 && outputs == 1 && (form == .values || form == .signs)
      guard isBinary || outputs == names.count else {
        throw mismatch(
          "the network has \(outputs) outputs but the data have \(names.count) classes; give the"
            + " last layer \(names.count) units"
            + (names.count == 2 ? ", or 1 with binary_crossentropy" : "")
            + RunConfiguration.labelHint(names, leadingAbsent))
      }
      if form == .values { return isBinary ? .classIndex : .oneHot }
      return form
    case (.values(let width), .classIndex):
      throw mismatch(
        "\(Registry.name(of: objective)) needs classes, but the data have \(width) target values")
    case (.values(let width), let form):
      guard outputs == width else {
        throw mismatch(
          "the network has \(outputs) outputs but the data have \(width) target values per sample;"
            + " give the last layer \(width) units")
      }
      return form == .signs ? .signs : .values
    }
  }

  /// That labels do not begin at 0, where they are numbers.
  private static func labelHint(_ names: [String], _ leadingAbsent: Int) -> String {
    guard leadingAbsent > 0, names[0] == "0", let last = names.last else { return "" }
    return
      "; no sample has a label below \(leadingAbsent): if the labels go from \(leadingAbsent) to"
      + " \(last), set data.train.first_label: \(leadingAbsent) for"
      + " \(names.count - leadingAbsent) classes"
  }
}
