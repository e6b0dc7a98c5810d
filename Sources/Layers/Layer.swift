import OneDNN
import Tensors

/// What a layer is: its settings, its shape rule and its parameters, before any memory exists.
///
/// Shapes are those of one sample. A layer is a value; compiled for a number of rows it becomes
/// a ``PreparedLayer``.
public protocol Layer: Sendable {
  /// The stem of the default name: the k-th layer of a kind is called `<kind>_<k>`.
  var kind: String { get }

  /// The shape of the output for inputs of the given shapes.
  ///
  /// - Throws: ``LayerError`` where the layer can't take them.
  func outputShape(for inputs: [Shape]) throws(LayerError) -> Shape

  /// The parameters that the layer holds for inputs of the given shapes, in a fixed order.
  func parameters(for inputs: [Shape]) -> [ParameterSpec]

  /// The multiplications with addition that the forward pass of one sample takes.
  func multiplyAdds(for inputs: [Shape]) -> Int

  /// The layouts in which the layer computes fastest with its parameters at this site.
  ///
  /// Those of the main plan are imposed on the arena and on every other plan.
  func preferredLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor]

  /// Compiles the layer for a number of rows.
  func prepare(at site: LayerSite) throws(OneDNNError) -> any PreparedLayer
}

extension Layer {
  /// Most layers have nothing to learn.
  public func parameters(for inputs: [Shape]) -> [ParameterSpec] { [] }

  /// Most layers multiply nothing by weights.
  public func multiplyAdds(for inputs: [Shape]) -> Int { 0 }

  /// Plain layouts, unless a layer knows better.
  public func preferredLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor] {
    try plainLayouts(at: site)
  }

  /// The parameters in plain order.
  func plainLayouts(at site: LayerSite) throws(OneDNNError) -> [MemoryDescriptor] {
    var layouts: [MemoryDescriptor] = []
    for spec in parameters(for: site.inputs.map(\.shape)) {
      layouts.append(try MemoryDescriptor(plain: spec.shape.dimensions))
    }
    return layouts
  }
}

/// Why a layer can't take its inputs: one clause without the layer's name, which the network adds.
public struct LayerError: Error, Hashable, CustomStringConvertible {
  /// The reason, with both shapes and the remedy.
  public var description: String

  /// An error told by `description`.
  public init(_ description: String) { self.description = description }
}
