import OneDNN

/// The layouts of a product's input, weights and result.
typealias ProductLayouts = (
  source: MemoryDescriptor, weights: MemoryDescriptor, result: MemoryDescriptor
)

/// The primitive for the first layouts for which oneDNN has compiled code; where it has none for
/// any, the reference code for the first that it accepts.
///
/// Layouts come in the order of how few copies they cost.
func fastest(
  _ candidates: [ProductLayouts],
  _ make: (MemoryDescriptor, MemoryDescriptor, MemoryDescriptor) throws(OneDNNError) ->
    PrimitiveDescriptor
) throws(OneDNNError) -> PrimitiveDescriptor {
  var slow: PrimitiveDescriptor?
  var failure = OneDNNError(invalid: "a product without layouts")
  for layouts in candidates {
    do throws(OneDNNError) {
      let made = try make(layouts.source, layouts.weights, layouts.result)
      if !made.isReference { return made }
      slow = slow ?? made
    } catch {
      guard error.isUnimplemented else { throw error }
      failure = error
    }
  }
  if let slow { return slow }
  throw failure
}
