/// All parameters of a network in one arena: a parameter is a named range.
///
/// Gradients and optimizer slots lie in arenas of the same layout. What is learnt comes first,
/// statistics last.
public final class ParameterStore {
  /// One parameter and its place.
  public struct Entry {
    /// The name in files, `<layer>.<role>`.
    public let name: String
    /// What it is.
    public let spec: ParameterSpec
    /// Its place in every arena.
    public let range: Range<Int>
    /// The order of its elements there.
    public let layout: any ParameterLayout
  }

  /// The parameters, in the order of the network; statistics last.
  public let entries: [Entry]
  /// The values.
  public let weights: FloatStorage
  /// The floats of the arena that are learnt; an optimizer touches no others.
  public let trainableCount: Int

  /// Every range starts at a multiple of so many floats, a cache line.
  public static let granularity = 16

  /// A store of the given parameters, all zero.
  public init(_ parameters: [(name: String, spec: ParameterSpec, layout: any ParameterLayout)]) {
    var entries: [Entry] = []
    var offset = 0
    var trainable = 0
    for statistics in [false, true] {
      for (name, spec, layout) in parameters where (spec.role == .statistic) == statistics {
        entries.append(
          Entry(
            name: name, spec: spec, range: offset..<offset + layout.storedCount, layout: layout))
        let unit = ParameterStore.granularity
        offset += (layout.storedCount + unit - 1) / unit * unit
      }
      if !statistics { trainable = offset }
    }
    self.entries = entries
    trainableCount = trainable
    weights = FloatStorage(count: offset)
  }

  /// The number of learnt values, padding not counted.
  public var parameterCount: Int {
    entries.reduce(0) { $0 + ($1.spec.role == .statistic ? 0 : $1.spec.shape.count) }
  }

  /// The place of the parameter called `name`, if there is one.
  public func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

  /// Draws the first values of every parameter, each keyed by its place in the network.
  public func initialize(key: RandomKey) {
    for (index, entry) in entries.enumerated() {
      let plain = FloatStorage(count: entry.spec.shape.count)
      var values = plain.mutableSpan
      entry.spec.initializer.fill(
        &values, shape: entry.spec.shape, fans: entry.spec.fans,
        key: key.derive(UInt64(index)))
      write(plain.span, to: entry)
    }
  }

  /// Sets one parameter from its plain values.
  public func write(_ plain: Span<Float>, to entry: Entry) {
    let weights = weights
    var stored = weights.mutableSpan(entry.range)
    entry.layout.store(plain, into: &stored)
  }

  /// Copies one parameter, or its like in another arena of this layout, to plain values.
  public func read(
    _ entry: Entry, from arena: FloatStorage? = nil, into plain: inout MutableSpan<Float>
  ) {
    let arena = arena ?? weights
    entry.layout.load(arena.span(entry.range), into: &plain)
  }
}
