import Datasets
import Models
import Tensors

extension NetworkInput {
  /// The inputs by name of samples that have `parts`; none where they have one input without a name.
  public static func all(_ parts: [DataSchema.Part]?) -> [NetworkInput] {
    (parts ?? []).map { NetworkInput(name: $0.name, shape: Shape($0.shape)) }
  }
}
