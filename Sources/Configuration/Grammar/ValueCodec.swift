/// How values of one type are read from a configuration, written back, and described.
struct ValueCodec<Value>: Sendable {
  /// What may stand there; asked for late, since blocks hold layers.
  var grammar: @Sendable () -> Grammar
  /// The value of a node whose short forms are expanded.
  var decode: @Sendable (ConfigurationNode, Place) throws(ConfigurationError) -> Value
  /// A node that reads back as the value.
  var encode: @Sendable (Value) -> ConfigurationNode
}

extension ValueCodec {
  /// A value without named parts; `read` answers nil where the node is none.
  static func scalar(
    _ words: String, schema: JSONText, read: @escaping @Sendable (ConfigurationNode) -> Value?,
    encode: @escaping @Sendable (Value) -> ConfigurationNode
  ) -> ValueCodec {
    ValueCodec(
      grammar: { .scalar(ScalarGrammar(words: words, schema: schema)) },
      decode: { (node, place) throws(ConfigurationError) in
        guard let value = read(node) else { throw place.mismatch(node, words) }
        return value
      },
      encode: encode)
  }

  /// A value that may be absent; null is the same as absent.
  var optional: ValueCodec<Value?> {
    let (decode, encode) = (self.decode, self.encode)
    return ValueCodec<Value?>(
      grammar: grammar,
      decode: { (node, place) throws(ConfigurationError) in
        node.isNull ? nil : try decode(node, place)
      },
      encode: { $0.map(encode) ?? .null })
  }

  /// A list of such values; `words` say what list.
  func list(_ words: String) -> ValueCodec<[Value]> {
    let (grammar, decode, encode) = (self.grammar, self.decode, self.encode)
    return ValueCodec<[Value]>(
      grammar: { .list(ListGrammar(words: words, element: grammar)) },
      decode: { (node, place) throws(ConfigurationError) in
        guard let elements = node.list else { throw place.mismatch(node, words) }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
          values.append(try decode(element, place.child("\(index)")))
        }
        return values
      },
      encode: { .list($0.map(encode)) })
  }

  /// The codec that `codec` answers when it is used: breaks the circle of layers within blocks.
  static func deferred(_ codec: @escaping @Sendable () -> ValueCodec) -> ValueCodec {
    ValueCodec(
      grammar: { codec().grammar() },
      decode: { (node, place) throws(ConfigurationError) in try codec().decode(node, place) },
      encode: { codec().encode($0) })
  }
}
