/// One key of a section: declared once, it reads, writes, checks, and describes itself.
struct Field<Whole>: Sendable {
  let key: String
  let isRequired: Bool
  /// The default in words where it follows from other keys.
  let defaultText: String?
  let doc: String
  let grammar: @Sendable () -> Grammar
  let read: @Sendable (ConfigurationNode, Place, inout Whole) throws(ConfigurationError) -> Void
  /// The node of the field in a whole; null where it need not be written.
  let write: @Sendable (Whole) -> ConfigurationNode

  /// The field `key` whose value lies at `path` of the whole.
  ///
  /// - Parameters:
  ///   - defaultText: the default in words where it follows from other keys.
  ///   - isWritten: whether the field is written back; some forms of a whole leave it out.
  init<Value>(
    _ key: String, _ path: WritableKeyPath<Whole, Value> & Sendable, _ codec: ValueCodec<Value>,
    required isRequired: Bool = false, default defaultText: String? = nil, _ doc: String,
    writtenIf isWritten: @escaping @Sendable (Whole) -> Bool = { _ in true }
  ) {
    self.key = key
    self.isRequired = isRequired
    self.defaultText = defaultText
    self.doc = doc
    grammar = codec.grammar
    read = { (node, place, whole) throws(ConfigurationError) in
      whole[keyPath: path] = try codec.decode(node, place)
    }
    write = { isWritten($0) ? codec.encode($0[keyPath: path]) : .null }
  }
}
