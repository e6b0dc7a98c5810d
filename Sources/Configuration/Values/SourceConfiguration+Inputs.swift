import Datasets

extension SourceConfiguration {
  /// Checks that inputs by name go with the format and with the other keys.
  func checkInputs(
    _ format: Format, _ node: ConfigurationNode, _ place: Place
  ) throws(ConfigurationError) {
    let (at, text) = (node["inputs"]?.position ?? node.position, place.child("inputs").text)
    guard let parts else {
      if format != .csv { return }
      throw ConfigurationError(
        at: at,
        "\(text) is one name; for csv it is several inputs by name, each with its columns, such as"
          + " {person: [age, income], home: rooms}; one input has its columns under"
          + " \(place.child("columns").text)")
    }
    guard [.csv, .npy, .npz].contains(format) else {
      throw ConfigurationError(
        at: at,
        "\(text) are several inputs by name, which go with csv, npy and npz; the format is"
          + " \(format.rawValue)")
    }
    for part in parts where format != .csv && part.columns.count != 1 {
      throw ConfigurationError(
        at: at,
        "\(text).\(part.name) are \(part.columns.count) names; the format \(format.rawValue) takes one"
          + " \(format == .npz ? "array" : "file") for each input")
    }
    for (key, isThere) in [("columns", columns != nil), ("window", window != nil)] where isThere {
      throw ConfigurationError(
        at: node[key]?.position ?? at,
        "\(place.child(key).text) and several inputs by name exclude each other; keep one of them")
    }
  }
}

extension SourceConfiguration {
  /// Checks that sequences that end early go with the format and with the other keys.
  func checkLengths(
    _ format: Format, _ node: ConfigurationNode, _ place: Place
  ) throws(ConfigurationError) {
    guard let key = lengths != nil ? "lengths" : ragged == true ? "ragged" : nil else { return }
    let (at, text) = (node[key]?.position ?? node.position, place.child(key).text)
    if let lengths, format != .csv, lengths.features != 1 {
      throw ConfigurationError(
        at: at,
        "\(text).features is for csv; the shape of the \(format.rawValue) array tells its steps")
    }
    if ragged == true, header != true {
      throw ConfigurationError(
        at: node["ragged"]?.position ?? at,
        "\(place.child("ragged").text) needs a header line with all columns; set header: true")
    }
    for (other, isThere) in [
      ("inputs", parts != nil), ("window", window != nil), ("missing", missing != nil),
      ("ragged", lengths != nil && ragged == true),
    ] where isThere {
      throw ConfigurationError(
        at: at, "\(text) and \(place.child(other).text) exclude each other; keep one of them")
    }
  }
}

extension ValueCodec<SourceConfiguration.Inputs> {
  /// One file or array, or several inputs by name.
  static var inputs: ValueCodec {
    let columns = ValueCodec<[SourceConfiguration.Column]>.columns
    return .scalar(
      "a file or an array, or inputs by name with their columns, file or array, such as {a: [x, y], b: z}",
      schema: .alternatives([
        .anyText,
        .object([
          ("type", .string("object")), ("additionalProperties", columns.grammar().scalarSchema),
        ]),
      ]),
      read: { node in
        if let text = node.text { return text.isEmpty ? nil : .one(text) }
        guard let entries = node.entries, !entries.isEmpty else { return nil }
        var parts: [SourceConfiguration.Part] = []
        for entry in entries {
          guard let name = LayerNames.name(entry.key),
            let columns = SourceConfiguration.columns(entry.value)
          else { return nil }
          parts.append(SourceConfiguration.Part(name: name, columns: columns))
        }
        return .several(parts)
      },
      encode: {
        switch $0 {
        case .one(let name): .text(name)
        case .several(let parts): .section(parts.map { ($0.name, columns.encode($0.columns)) })
        }
      })
  }
}
