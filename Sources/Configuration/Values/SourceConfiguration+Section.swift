import Datasets

extension SourceConfiguration {
  static let section = Section(
    SourceConfiguration(), shorthand: "format",
    fields: [
      Field(
        "format", \.format, ValueCodec.name.optional,
        "The format; it may be left out where the file's suffix tells (`.csv`, `.npy`, `.npz`, "
          + "`-ubyte`, `.bin`, `.txt`, each also with `.gz`)."),
      Field(
        "inputs", \.inputs, ValueCodec.inputs.optional,
        "idx, npy: the file of inputs. npz: the array of inputs; unset it is `inputs`. csv, npy, npz: "
          + "several inputs by name, such as `{person: [age, income], home: rooms}`, with the columns, "
          + "the file or the array of each, which layers `input` read; see [Several inputs](#several-inputs)."
      ),
      Field(
        "targets", \.targets, fileName,
        "idx, npy: the file of targets. npz: the array of targets; unset it is `targets`."),
      Field(
        "path", \.paths, ValueCodec.paths.optional,
        "csv, npz, text: the file. cifar10: the file or a list of files."),
      Field(
        "header", \.header, ValueCodec.truth.optional,
        "csv: whether the first line holds the names of the columns; unset it is false."),
      Field(
        "target", \.target, ValueCodec.columns.optional,
        "csv: the target, by the name or the index of its column (from 0, negative from the end), "
          + "or a list of them; unset it is the last column."),
      Field(
        "columns", \.columns, ValueCodec.columns.optional,
        "csv: the inputs, as a list of names or indices; unset they are all other columns."),
      Field(
        "separator", \.separator, ValueCodec.separator.optional,
        "csv: the character between fields; unset it is a comma."),
      Field(
        "missing", \.missing, ValueCodec.missing.optional,
        "csv: what a missing value (empty or `?`) does: `error`, `drop` (its row, counted in a note), `mean` "
          + "(of the training part); or `{policy: mean, markers: [NA, \"-\"]}`, with more texts that mark "
          + "missing values. Any other text is one more marker, with `drop`."),
      Field(
        "categorical", \.categorical, ValueCodec.columns.optional,
        "csv: columns that hold categories, such as codes, by name or index; `one_hot` encodes them and all "
          + "columns of texts. A column of both numbers and texts must be named here, or its texts marked as "
          + "missing.", writtenIf: { $0.categorical != nil }),
      Field(
        "first_label", \.firstLabel, ValueCodec.integer(atLeast: 0, atMost: 999_999).optional,
        "idx, npy, npz: the label of the first class, such as 1 for labels from 1; unset it is 0.",
        writtenIf: { $0.firstLabel != nil }),
      Field(
        "window", \.window, windowSection.codec.optional,
        "csv: makes a sample [length, columns] of every `length` consecutive records of a time series, "
          + "whose target is that of a later record; a column may then be input and target."),
      Field(
        "lengths", \.lengths, lengthsSection.codec.optional,
        "The lengths of sequences in steps, at least 1; what stands behind a sequence's end is no value, "
          + "and `masking: lengths` leaves it out. csv: a column, which is then no input. npy: a file. npz: "
          + "an array."),
      Field(
        "ragged", \.ragged, ValueCodec.truth.optional,
        "csv: whether records may end before the last column, or in empty fields, as their sequences do; with "
          + "a header line, and the target before the inputs. `masking: lengths` leaves out what is not there."
      ),
      Field(
        "weights", \.weights, ValueCodec.column.optional,
        "The weights of the samples. csv: the name or index of a column, which is then no input. "
          + "npy: a file. npz: an array."),
      Field(
        "length", \.length, ValueCodec.integer(atLeast: 1, atMost: Bound.extent).optional,
        "text: the characters of a sample. The text is cut into windows one behind the other; the "
          + "inputs are the numbers of a window's characters, the targets the character behind each. "
          + "The classes are the characters of the training part."),
      Field(
        "shape", \.shape, ValueCodec.shape().optional, "synthetic: the shape of one sample."),
      Field(
        "classes", \.classes, ValueCodec.integer(atLeast: 2, atMost: Bound.classes).optional,
        "synthetic: the number of classes."),
      Field(
        "values", \.values, ValueCodec.integer(atLeast: 1, atMost: Bound.extent).optional,
        "synthetic: the number of target values of a sample, in place of `classes`."),
      Field(
        "count", \.count, ValueCodec.integer(atLeast: 1, atMost: Bound.samples).optional,
        "synthetic: the number of samples."),
      Field(
        "seed", \.seed, ValueCodec.integer(atLeast: 0, atMost: Bound.seed).optional,
        "synthetic: the seed of the samples; unset it is 1."),
      Field(
        "take", \.take, ValueCodec.integer(atLeast: 1, atMost: Bound.samples).optional,
        "Uses only the first so many samples."),
    ],
    finish: { (source, node, place) throws(ConfigurationError) in
      try source.finish(node, place)
    })

  private static let windowSection = Section(
    CSVOptions.Window(length: 0), shorthand: "length",
    fields: [
      Field(
        "length", \.length, .integer(atLeast: 1, atMost: Bound.extent), required: true,
        "The records of a sample."),
      Field(
        "horizon", \.horizon, .integer(atLeast: 1, atMost: Bound.samples),
        "How many records behind the last of these the target stands."),
    ])

  private static let lengthsSection = Section(
    CSVOptions.Lengths(column: .index(0)), shorthand: "of",
    fields: [
      Field(
        "of", \.column, .column, required: true,
        "The column, the file or the array that holds the lengths."),
      Field(
        "features", \.features, .integer(atLeast: 1, atMost: Bound.extent),
        "csv: the columns of a step."),
    ])

  private static let fileName = ValueCodec.text("a file name").optional

  /// The keys that a format has beside `format` and `take`; the first ones are required.
  private static func keys(of format: Format) -> (required: [String], optional: [String]) {
    switch format {
    case .idx: (["inputs", "targets"], ["first_label"])
    case .npy: (["inputs", "targets"], ["lengths", "weights", "first_label"])
    case .csv:
      (
        ["path"],
        [
          "inputs", "header", "target", "columns", "separator", "missing", "categorical", "window",
          "lengths", "ragged", "weights",
        ]
      )
    case .npz: (["path"], ["inputs", "targets", "lengths", "weights", "first_label"])
    case .cifar10: (["path"], [])
    case .text: (["path", "length"], [])
    case .digits: ([], [])
    case .synthetic: (["shape", "count"], ["classes", "values", "seed"])
    }
  }

  /// Deduces the format from the suffix, and checks that every key belongs to it.
  mutating func finish(_ node: ConfigurationNode, _ place: Place) throws(ConfigurationError) {
    if format == nil {
      let files = paths?.first ?? input ?? parts?.first?.columns.first?.text
      format = files.flatMap(DataSourceSpec.format(ofPath:))
    }
    guard let format else {
      throw ConfigurationError(
        at: node.position,
        "\(place.child("format").text) is missing and no suffix tells it; give "
          + ValueCodec<Format>.name.grammar().words)
    }
    let (required, optional) = SourceConfiguration.keys(of: format)
    for key in required where node[key] == nil {
      throw ConfigurationError(
        at: node.position,
        "\(place.child(key).text) is missing; the format \(format.rawValue) needs "
          + required.joined(separator: ", "))
    }
    let known = required + optional + ["format", "take"]
    for entry in node.entries ?? [] where !known.contains(entry.key) && !entry.value.isNull {
      throw ConfigurationError(
        at: entry.position,
        "\(place.child(entry.key).text) does not belong to the format \(format.rawValue), which has "
          + known.joined(separator: ", "))
    }
    if inputs != nil { try checkInputs(format, node, place) }
    try checkLengths(format, node, place)
    if format == .synthetic, (classes == nil) == (values == nil) {
      throw ConfigurationError(
        at: node.position, "\(place.text) needs either classes or values of the random targets")
    }
    if format != .cifar10, let paths, paths.count > 1 {
      throw ConfigurationError(
        at: node["path"]?.position ?? node.position,
        "\(place.child("path").text) names \(paths.count) files; the format \(format.rawValue) "
          + "takes one")
    }
  }
}

extension ValueCodec<[String]> {
  /// A file name or a list of them.
  static var paths: ValueCodec {
    .scalar(
      "a file name or a list of file names",
      schema: .alternatives([.anyText, .list(of: .anyText)]),
      read: { node in
        let elements = node.list ?? [node]
        let names = elements.compactMap(\.text).filter { !$0.isEmpty }
        return names.isEmpty || names.count != elements.count ? nil : names
      },
      encode: { $0.count == 1 ? .text($0[0]) : .list($0.map { .text($0) }) })
  }
}

extension ValueCodec<SourceConfiguration.Column> {
  /// A column's name or index, or another name; a number in quotes is a name.
  static var column: ValueCodec {
    .scalar(
      "the name or the index of a column, or a name",
      schema: columnSchema,
      read: SourceConfiguration.column,
      encode: {
        switch $0 {
        case .name(let name): .text(name)
        case .index(let index): .plain("\(index)")
        }
      })
  }
}

extension SourceConfiguration {
  /// The column that a node names; an index counts from the end where it is negative.
  static func column(_ node: ConfigurationNode) -> Column? {
    guard let index = node.integer(Int.self) else {
      return node.text.flatMap { $0.isEmpty ? nil : .name($0) }
    }
    return (-Bound.column...Bound.column).contains(index) ? .index(index) : nil
  }

  /// The columns that a node names: one, or a list of them.
  static func columns(_ node: ConfigurationNode) -> [Column]? {
    let elements = node.list ?? [node]
    let columns = elements.compactMap(column)
    return columns.isEmpty || columns.count != elements.count ? nil : columns
  }
}

extension ValueCodec<[SourceConfiguration.Column]> {
  /// A column's name or index, or a list of them; a number in quotes is a name.
  static var columns: ValueCodec {
    .scalar(
      "the name or the index of a column, or a list of them",
      schema: .alternatives([columnSchema, .list(of: columnSchema)]),
      read: SourceConfiguration.columns,
      encode: { columns in
        let nodes: [ConfigurationNode] = columns.map {
          switch $0 {
          case .name(let name): .text(name)
          case .index(let index): .plain("\(index)")
          }
        }
        return nodes.count == 1 ? nodes[0] : .list(nodes)
      })
  }
}

extension ValueCodec<String> {
  /// The one character between fields.
  static var separator: ValueCodec {
    .scalar(
      "one ASCII character, such as \";\" or \"\\t\"",
      schema: .object([
        ("type", .string("string")), ("minLength", .number("1")), ("maxLength", .number("1")),
      ]),
      read: { node in
        guard let text = node.text, text.utf8.count == 1, text != "\"", text != "\n", text != "\r"
        else { return nil }
        return text
      },
      encode: { .text($0) })
  }
}

extension ValueCodec<SourceConfiguration.Missing> {
  /// What a missing value does, or the text that marks one.
  static var missing: ValueCodec {
    .scalar(
      "error, drop, mean, a text that marks missing values, or {policy: …, markers: …}",
      schema: .alternatives([
        .anyText,
        .object([
          ("type", .string("object")),
          (
            "properties",
            .object([
              (
                "policy",
                .names(CSVOptions.MissingPolicy.allCases.map(\.rawValue))
              ), ("markers", .alternatives([.anyText, .list(of: .anyText)])),
            ])
          ), ("additionalProperties", .bool(false)),
        ]),
      ]),
      read: { node in
        if let entries = node.entries { return marked(entries) }
        return switch node.text {
        case nil, "": nil
        case "error": .error
        case "drop": .drop
        case "mean": .mean
        case let text?: .text(text)
        }
      },
      encode: {
        switch $0 {
        case .error: .plain("error")
        case .drop: .plain("drop")
        case .mean: .plain("mean")
        case .text(let text): .text(text)
        case .marked(let policy, let markers):
          .section([
            ("policy", .plain(policy.rawValue)), ("markers", .list(markers.map { .text($0) })),
          ])
        }
      })
  }

  /// The policy and the markers in `entries`; nil where they are others.
  private static func marked(
    _ entries: [ConfigurationNode.Entry]
  ) -> SourceConfiguration.Missing? {
    var policy = CSVOptions.MissingPolicy.drop
    var markers: [String] = []
    for entry in entries {
      switch entry.key {
      case "policy":
        guard let named = entry.value.text.flatMap(CSVOptions.MissingPolicy.init(rawValue:)) else {
          return nil
        }
        policy = named
      case "markers":
        let elements = entry.value.list ?? [entry.value]
        markers = elements.compactMap(\.text)
        guard markers.count == elements.count else { return nil }
      default: return nil
      }
    }
    return entries.isEmpty ? nil : .marked(policy, markers)
  }
}

/// The schema of a column's name or index.
private let columnSchema = JSONText.alternatives([
  .integer(atLeast: -Bound.column, atMost: Bound.column), .anyText,
])
