import Datasets
import Tensors
import Testing

/// The inputs and targets of some samples, as plain arrays.
struct Samples: Equatable {
  var inputs: [Float]
  var targets: [Float]
}

/// Reads `indices` (all, where nil) in one batch.
func read(
  _ dataset: any Dataset, _ indices: [Int]? = nil, form: TargetForm? = nil, targetWidth: Int? = nil
) throws -> Samples {
  let chosen = indices ?? Array(0..<dataset.count)
  let (defaultForm, defaultWidth): (TargetForm, Int) =
    switch dataset.targets {
    case .classes: (.classIndex, 1)
    case .classSequences(_, let steps): (.classIndex, steps)
    case .values(let width): (.values, width)
    }
  let batch = Batch(
    capacity: max(chosen.count, 1), inputWidth: dataset.inputShape.count,
    targetWidth: targetWidth ?? defaultWidth, targetForm: form ?? defaultForm)
  try dataset.read(chosen.span, into: batch)
  #expect(batch.count == chosen.count)
  return Samples(
    inputs: Array(batch.inputs.array[..<(chosen.count * batch.inputWidth)]),
    targets: Array(batch.targets.array[..<(chosen.count * batch.targetWidth)]))
}

/// Expects that `body` fails as a data set does: with the kind, and a message that says all `words`.
func expectFailure(
  _ kind: DatasetError.Kind, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch let error as DatasetError {
    #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        error.description.contains(word), "\"\(word)\" in: \(error)", sourceLocation: sourceLocation
      )
    }
  } catch {
    Issue.record("another error: \(error)", sourceLocation: sourceLocation)
  }
}
