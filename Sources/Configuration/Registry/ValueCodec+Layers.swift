import Layers
import Tensors

extension ValueCodec<String?> {
  /// The name of a layer: it is part of the names of parameters, and leads `--set` to the layer.
  static var layerName: ValueCodec {
    ValueCodec<String>.scalar(
      "a name of letters, digits, _ and -, beginning with a letter or _",
      schema: .object([
        ("type", .string("string")), ("pattern", .string("^[A-Za-z_][A-Za-z0-9_-]*$")),
      ]),
      read: { node in node.text.flatMap(LayerNames.name) },
      encode: { .text($0) }
    ).optional
  }
}

extension ValueCodec<String> {
  /// The name of one of several inputs.
  static var inputName: ValueCodec {
    .scalar(
      "the name of an input", schema: .anyText, read: { $0.text.flatMap(LayerNames.name) },
      encode: { .text($0) })
  }
}

extension ValueCodec<[Int]> {
  /// The extents of a shape; where `inferred` is true, −1 stands for what remains.
  static func shape(inferred: Bool = false) -> ValueCodec {
    .scalar(
      "a list of integers, each from 1 to \(Bound.extent)"
        + (inferred ? ", or -1 for what remains" : ""),
      schema: .list(of: .integer(atLeast: inferred ? -1 : 1, atMost: Bound.extent)),
      read: { node in
        guard node.list?.isEmpty == false,
          let extents = node.integers(atLeast: inferred ? -1 : 1, atMost: Bound.extent),
          !extents.contains(0), Shape(checking: extents.filter { $0 > 0 }) != nil
        else { return nil }
        return extents
      },
      encode: { .list($0.map { .plain("\($0)") }) })
  }
}

extension ValueCodec<Extent2D> {
  /// One integer for both directions, or height and width.
  static var extent: ValueCodec {
    let size = JSONText.integer(atLeast: 1, atMost: Bound.window)
    return .scalar(
      "an integer from 1 to \(Bound.window), or [height, width]",
      schema: .alternatives([size, .list(of: size, count: 2)]),
      read: { node in
        guard let sizes = node.integers(atLeast: 1, atMost: Bound.window),
          sizes.count == (node.list == nil ? 1 : 2)
        else { return nil }
        return Extent2D(sizes[0], sizes[sizes.count - 1])
      },
      encode: {
        $0.height == $0.width
          ? .plain("\($0.height)") : .list([.plain("\($0.height)"), .plain("\($0.width)")])
      })
  }
}

extension ValueCodec<Padding> {
  /// `valid`, `same`, or the zeros around the image.
  static var padding: ValueCodec {
    let zeros = JSONText.integer(atLeast: 0, atMost: Bound.window)
    return .scalar(
      "valid, same, an integer up to \(Bound.window), [vertical, horizontal] or"
        + " [top, left, bottom, right]",
      schema: .alternatives([
        .names(["valid", "same"]), zeros, .list(of: zeros, count: 2), .list(of: zeros, count: 4),
      ]),
      read: { node in
        if node.text == "valid" { return .valid }
        if node.text == "same" { return .same }
        guard let zeros = node.integers(atLeast: 0, atMost: Bound.window) else { return nil }
        switch zeros.count {
        case 1 where node.list == nil:
          return .explicit(top: zeros[0], left: zeros[0], bottom: zeros[0], right: zeros[0])
        case 2: return .explicit(top: zeros[0], left: zeros[1], bottom: zeros[0], right: zeros[1])
        case 4: return .explicit(top: zeros[0], left: zeros[1], bottom: zeros[2], right: zeros[3])
        default: return nil
        }
      },
      encode: {
        switch $0 {
        case .valid: .plain("valid")
        case .same: .plain("same")
        case .explicit(let top, let left, let bottom, let right):
          .list([top, left, bottom, right].map { .plain("\($0)") })
        }
      })
  }
}

extension ValueCodec<Float> {
  /// The number that pads sequences; NaN for what lies behind their lengths.
  static var padding: ValueCodec {
    let number = ValueCodec<Float>.number(.any)
    return .scalar(
      "a finite number, or lengths",
      schema: .alternatives([NumberRange.any.schema, .names(["lengths"])]),
      read: { node in
        if node.text == "lengths" { return .nan }
        return node.number(Float.self).flatMap { $0.isFinite ? $0 : nil }
      },
      encode: { $0.isNaN ? .plain("lengths") : number.encode($0) })
  }
}
