import Tensors

/// Values for every parameter beside its own and its slots, in the arena's layout, that a checkpoint has
/// to hold: `<parameter>@<name>`.
struct SavedArena {
  /// The name, unlike any slot's.
  let name: String
  /// The values.
  let values: FloatStorage
}
