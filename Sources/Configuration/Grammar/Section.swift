/// The keys of a section and the value that they fill.
struct Section<Whole: Sendable>: Sendable {
  /// The value before any key is read: the defaults.
  let initial: Whole
  let fields: [Field<Whole>]
  /// The key that a value takes which stands in place of the section.
  let shorthand: String?
  /// Checks rules over several keys and fills defaults that depend on others; told the node for its
  /// positions.
  let finish: Finish

  typealias Finish =
    @Sendable (inout Whole, ConfigurationNode, Place) throws(ConfigurationError) -> Void

  init(
    _ initial: Whole, shorthand: String? = nil, fields: [Field<Whole>],
    finish: @escaping Finish = { _, _, _ in }
  ) {
    self.initial = initial
    self.fields = fields
    self.shorthand = shorthand
    self.finish = finish
  }

  /// The description without the types.
  var grammar: SectionGrammar {
    let described = fields.map { field in
      FieldGrammar(
        key: field.key, grammar: field.grammar, isRequired: field.isRequired,
        defaultText: defaultText(of: field), doc: field.doc)
    }
    return SectionGrammar(fields: described, shorthand: shorthand)
  }

  /// The default of `field` as the reference has it; nil where there is none.
  private func defaultText(of field: Field<Whole>) -> String? {
    if field.isRequired { return nil }
    if let text = field.defaultText { return text }
    let written = field.write(initial)
    // The defaults of a section are those of its keys.
    return written.isNull || written.entries != nil ? nil : YAMLWriter.line(written)
  }

  /// The value of a section whose short forms are expanded.
  func decode(_ node: ConfigurationNode, _ place: Place) throws(ConfigurationError) -> Whole {
    guard let entries = node.entries else { throw place.mismatch(node, "a section") }
    for entry in entries where !fields.contains(where: { $0.key == entry.key }) {
      if let field = grammar.field(entry.key) {
        throw ConfigurationError(
          at: entry.position,
          "\(place.child(entry.key).text) means \(field.key), which is given as well; leave one of "
            + "the two out")
      }
      // A method may stand beside the other keys only where none is given by the shorthand's key.
      let methods = shorthand.flatMap { node[$0] } == nil ? grammar.shorthandChoice : nil
      throw place.unknown(
        entry.key, at: entry.position,
        among: fields.map(\.key) + (methods?.methods.flatMap(\.names) ?? []))
    }
    var whole = initial
    for field in fields {
      let place = place.child(field.key)
      if let value = node[field.key] {
        try field.read(value, place, &whole)
      } else if field.isRequired {
        throw ConfigurationError(
          at: node.position, "\(place.text) is missing; give \(field.grammar().words)")
      }
    }
    try finish(&whole, node, place)
    return whole
  }

  /// A section that reads back as `whole`.
  func encode(_ whole: Whole) -> ConfigurationNode {
    .section(fields.map { ($0.key, $0.write(whole)) })
  }

  /// The section as a value of a field.
  var codec: ValueCodec<Whole> {
    ValueCodec(
      grammar: { .section(grammar) },
      decode: { (node, place) throws(ConfigurationError) in try decode(node, place) },
      encode: { encode($0) })
  }
}
